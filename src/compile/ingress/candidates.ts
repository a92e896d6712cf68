import type { HTTPIngressPath, IngressBackend } from 'kubernetes-types/networking/v1.d.ts';
import type { PathMatch } from '../../snapshot/match.ts';
import { fullName } from './age.ts';
import type { IngressEntry } from './entry.ts';
import { ingressPathMatch, ingressPathText } from './path-match.ts';

/** A Service that a path leads to. */
export interface ServiceBackend {
  readonly name: string;
  /** Number or name. */
  readonly port: number | string;
}

/** A path of one Ingress that wants to be a route of the host. */
export interface Candidate {
  readonly entry: IngressEntry;
  readonly path: PathMatch;
  /** As the user wrote it. */
  readonly pathText: string;
  readonly backend: ServiceBackend;
  /** Path of the field, as `spec.rules[0].http.paths[1]`. */
  readonly field: string;
}

/**
 * The one candidate for each match. Rules win over default backends, the older Ingress over the younger,
 * and within an Ingress the later path (ingress.md 4.1, 4.4). Who loses is told so.
 *
 * @param entries Oldest first.
 */
export function chooseCandidates(host: string, entries: readonly IngressEntry[]): Candidate[] {
  const chosen = new Map<string, Candidate>();
  for (const entry of entries) {
    const own = new Map<string, Candidate>();
    for (const candidate of ruleCandidates(host, entry)) {
      const key = matchKey(candidate.path);
      const earlier = own.get(key);
      if (earlier !== undefined) reportLoser(earlier, candidate);
      own.set(key, candidate);
    }
    claim(chosen, own);
  }
  if (host === '*') claimDefaults(chosen, entries);
  return [...chosen.values()];
}

function claim(chosen: Map<string, Candidate>, own: ReadonlyMap<string, Candidate>): void {
  for (const [key, candidate] of own) {
    const winner = chosen.get(key);
    if (winner === undefined) chosen.set(key, candidate);
    else reportLoser(candidate, winner);
  }
}

/** A rule for `/` overrides a default backend as a matter of course: nobody is told. */
function claimDefaults(chosen: Map<string, Candidate>, entries: readonly IngressEntry[]): void {
  const path: PathMatch = { kind: 'prefix', value: '/' };
  const key = matchKey(path);
  for (const entry of entries) {
    const given = entry.ingress.spec?.defaultBackend;
    if (given === undefined || given === null) continue;
    const field = 'spec.defaultBackend';
    const backend = serviceBackend(entry, given, field);
    if (backend === null) continue;
    const winner = chosen.get(key);
    const candidate: Candidate = { entry, path, pathText: '/', backend, field };
    if (winner === undefined) chosen.set(key, candidate);
    else if (winner.field === field) reportLoser(candidate, winner);
  }
}

function ruleCandidates(host: string, entry: IngressEntry): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [index, rule] of (entry.ingress.spec?.rules ?? []).entries()) {
    if ((rule.host || '*').toLowerCase() !== host) continue;
    const field = `spec.rules[${index}]`;
    if (!isHost(rule.host ?? '')) {
      entry.report.error(
        'HostNotValid',
        `${field}.host`,
        `host ${JSON.stringify(rule.host)} must be a DNS name, maybe with "*." before it, or empty for all hosts`,
      );
      continue;
    }
    candidates.push(...pathCandidates(entry, rule.http?.paths ?? [], `${field}.http`));
  }
  return candidates;
}

function pathCandidates(entry: IngressEntry, paths: readonly HTTPIngressPath[], parent: string): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [index, path] of paths.entries()) {
    const field = `${parent}.paths[${index}]`;
    const match = ingressPathMatch(path);
    if (!match.ok) {
      const { reason, message } = match.error;
      const endsRule = reason === 'PathPatternNotValid';
      const effect = endsRule ? 'this path and the rest of its rule are skipped' : 'the path is skipped';
      entry.report.error(reason, `${field}.path`, `${message}; ${effect}`);
      if (endsRule) break;
      continue;
    }
    const backend = serviceBackend(entry, path.backend, `${field}.backend`);
    if (backend === null) continue;
    candidates.push({ entry, path: match.value, pathText: ingressPathText(path), backend, field });
  }
  return candidates;
}

/** @returns null when the path is skipped: it has no Service backend (ingress.md ⚠23). */
function serviceBackend(entry: IngressEntry, backend: IngressBackend, field: string): ServiceBackend | null {
  const { service, resource } = backend ?? {};
  if (service?.name) {
    const port = service.port?.number || service.port?.name;
    if (port !== undefined && port !== '') return { name: service.name, port };
    entry.report.error(
      'BackendNotValid',
      `${field}.service.port`,
      'a number or a name is needed; the path is skipped',
    );
    return null;
  }
  if (resource !== undefined && resource !== null) {
    entry.report.error(
      'ResourceBackendNotSupported',
      `${field}.resource`,
      `a backend of kind ${JSON.stringify(resource.kind)} is not supported and the path is skipped; name a Service`,
    );
  } else {
    entry.report.error('BackendNotValid', field, 'it names no Service; the path is skipped');
  }
  return null;
}

function reportLoser(loser: Candidate, winner: Candidate): void {
  const { report } = loser.entry;
  const where =
    loser.entry === winner.entry
      ? `${winner.field} of the same Ingress, which comes later`
      : `${winner.field} of Ingress ${fullName(winner.entry.ingress)}, which is older or comes first by name`;
  report.warning(
    'DuplicateMatch',
    loser.field,
    `the same host and path are served by ${where}; remove one of them`,
  );
}

function matchKey(path: PathMatch): string {
  return `${path.kind} ${path.kind === 'regex' ? path.pattern : path.value}`;
}

/** As an API server checks it (RFC 1123 §2.1), one `*.` allowed; empty stands for all hosts. */
function isHost(host: string): boolean {
  if (host === '') return true;
  const name = host.toLowerCase().replace(/^\*\./, '');
  return name.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name);
}
