import { describeRef, type Kind, type KubeObject, refOf } from '../resources/kinds.ts';
import type { WorkerInfo } from '../workers/worker-info.ts';
import type { GatewayView, ListenerInfo, ServedCertificate } from './gateway-view.ts';

/** What the page of the admin address shows at a glance. */
export interface Summary {
  readonly version: string;
  readonly ready: boolean;
  readonly listeners: readonly ListenerInfo[];
  readonly workers: readonly WorkerInfo[];
  /** What is served, by word. */
  readonly served: readonly (readonly [what: string, count: number])[];
  /** Objects that do not work as written, with why. */
  readonly troubled: readonly Trouble[];
  /** How many more there are. */
  readonly moreTroubled: number;
  /** Certificates with warnings. */
  readonly certificates: readonly ServedCertificate[];
}

export interface Trouble {
  /** `HTTPProxy default/web`. */
  readonly object: string;
  /** `invalid`, `orphaned`. */
  readonly status: string;
  readonly text: string;
}

const MAX_TROUBLED = 50;
const KINDS_WITH_STATUS: readonly Kind[] = [
  'HTTPProxy',
  'ExtensionService',
  'TLSCertificateDelegation',
  'Ingress',
];

/** Gathers the summary of now. */
export function summaryOf(view: GatewayView): Summary {
  const { hosts, upstreams, endpoints } = view.snapshot();
  const certificates = view.certificates();
  let routes = 0;
  for (const host of hosts.values()) routes += host.routes.length;
  let addresses = 0;
  for (const set of endpoints.values()) addresses += set.endpoints.length;
  const troubled = KINDS_WITH_STATUS.flatMap((kind) =>
    view.store.list(kind).flatMap((object) => troubleOf(object, view)),
  );
  return {
    version: view.version,
    ready: view.ready(),
    listeners: view.listeners(),
    workers: view.workers(),
    served: [
      ['hosts', hosts.size],
      ['routes', routes],
      ['upstreams', upstreams.size],
      ['endpoints', addresses],
      ['certificates', certificates.length],
    ],
    troubled: troubled.slice(0, MAX_TROUBLED),
    moreTroubled: Math.max(troubled.length - MAX_TROUBLED, 0),
    certificates: certificates.filter(({ warnings }) => warnings.length > 0).slice(0, MAX_TROUBLED),
  };
}

function troubleOf(object: KubeObject, { statuses }: GatewayView): readonly Trouble[] {
  const ref = refOf(object);
  const status = statuses.get(ref);
  const failed = (status?.conditions ?? []).filter((condition) => condition.status === 'False');
  const isWell = status?.currentStatus === undefined || status.currentStatus === 'valid';
  if (isWell && failed.length === 0) return [];
  const errors = failed.flatMap(({ errors, message }) =>
    errors === undefined || errors.length === 0 ? [message] : errors.map((error) => error.message),
  );
  const text = errors.slice(0, 5).join('; ') || (status?.description ?? '');
  return [{ object: describeRef(ref), status: status?.currentStatus ?? 'invalid', text }];
}
