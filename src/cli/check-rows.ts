import type { ObjectRef } from '../resources/kinds.ts';
import { describeRef, refOf } from '../resources/kinds.ts';
import type { CompiledManifests } from './compile-manifests.ts';

/** What `sluice check` says of one object, or of a file that could not be read. JSON as it stands. */
export interface CheckRow {
  readonly state: 'valid' | 'invalid' | 'orphaned' | 'ignored';
  /** `HTTPProxy demo/hello`; null when a file itself is meant. */
  readonly object: string | null;
  /** `file:line`, or null. */
  readonly place: string | null;
  /** `reason: text`, errors before warnings. */
  readonly messages: readonly CheckMessage[];
}

export interface CheckMessage {
  readonly severity: 'error' | 'warning';
  readonly text: string;
}

/** One row an object that the compiler has a say on, then those for what was refused while reading. */
export function checkRows(compiled: CompiledManifests): readonly CheckRow[] {
  const { store, result } = compiled;
  const proxies = store.list('HTTPProxy').map((proxy) => proxyRow(compiled, refOf(proxy)));
  const ingresses = store.list('Ingress').map((ingress) => {
    const ref = refOf(ingress);
    const problems = result.ingressProblems.get(`${ref.namespace}/${ref.name}`) ?? [];
    return row(compiled, ref, {
      messages: problems.map(({ severity, reason, field, message }) => ({
        severity,
        text: `${reason}: ${field}: ${message}`,
      })),
    });
  });
  const delegations = store.list('TLSCertificateDelegation').map((delegation) => {
    const ref = refOf(delegation);
    const conditions = result.delegations.get(`${ref.namespace}/${ref.name}`) ?? [];
    return row(compiled, ref, { messages: messagesOf(conditions) });
  });
  return [...withReports(compiled, [...proxies, ...ingresses, ...delegations])];
}

function proxyRow(compiled: CompiledManifests, ref: ObjectRef): CheckRow {
  const status = compiled.result.statuses.get(`${ref.namespace}/${ref.name}`);
  if (status === undefined) {
    const text = 'not compiled: its class is that of another gateway';
    return row(compiled, ref, { state: 'ignored', messages: [{ severity: 'warning', text }] });
  }
  return row(compiled, ref, { state: status.currentStatus, messages: messagesOf(status.conditions) });
}

/** What stands below conditions in the style of `projectcontour.io`. */
function messagesOf(conditions: readonly Detailed[]): readonly CheckMessage[] {
  return conditions.flatMap(({ errors = [], warnings = [] }) => [
    ...errors.map(({ reason, message }) => ({ severity: 'error' as const, text: `${reason}: ${message}` })),
    ...warnings.map(({ reason, message }) => ({
      severity: 'warning' as const,
      text: `${reason}: ${message}`,
    })),
  ]);
}

interface Detailed {
  readonly errors?: readonly { readonly reason: string; readonly message: string }[];
  readonly warnings?: readonly { readonly reason: string; readonly message: string }[];
}

function row(
  { manifests }: CompiledManifests,
  ref: ObjectRef,
  found: { readonly state?: CheckRow['state']; readonly messages: readonly CheckMessage[] },
): CheckRow {
  const origin = manifests.originOf(ref);
  const { messages, state = messages.some(({ severity }) => severity === 'error') ? 'invalid' : 'valid' } =
    found;
  return {
    state,
    object: describeRef(ref),
    place: origin === undefined ? null : `${origin.file}:${origin.line}`,
    messages,
  };
}

/** Adds what was wrong while reading: to the row of its object, or as a row of its own. */
function withReports({ manifests }: CompiledManifests, rows: readonly CheckRow[]): Iterable<CheckRow> {
  const all = [...rows];
  for (const { file, line, severity, object, text } of manifests.reports()) {
    const name = object === null ? null : describeRef(object);
    const index = name === null ? -1 : all.findIndex((known) => known.object === name);
    const known = all[index];
    const broken = severity === 'error';
    const message: CheckMessage = { severity, text };
    if (known === undefined) {
      all.push({
        state: broken ? 'invalid' : 'ignored',
        object: name,
        place: `${file}:${line}`,
        messages: [message],
      });
    } else {
      const messages = broken ? [message, ...known.messages] : [...known.messages, message];
      all[index] = { ...known, state: broken ? 'invalid' : known.state, messages };
    }
  }
  return all;
}
