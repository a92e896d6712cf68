import { hostname } from 'node:os';
import type { FilterDeps } from '../filters/registry.ts';
import { TokenVerifier } from '../filters/token-verifier.ts';
import { canonicalAuthority } from '../http1/authority.ts';
import { canonicalPath } from '../http1/path.ts';
import { systemClock } from '../lib/clock.ts';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';
import { explain } from '../router/explain.ts';
import { applyDelta } from '../router/table.ts';
import type { Change, Snapshot } from '../snapshot/snapshot.ts';
import type { Action, Route, RouteOrigin } from '../snapshot/virtual-host.ts';

/** A request to explain, as a client would write it. */
export interface ExplainRequest {
  readonly method: string;
  /** `http://host[:port]/path?query` or `https://…`. */
  readonly url: string;
  /** `name: value`, one each. */
  readonly headers: readonly string[];
}

/** What would happen to the request. JSON as it stands, of `/v1/explain` and `sluice explain -o json`. */
export interface ExplainAnswer {
  /** Name of the virtual host, or null: no host has the name, 404. */
  readonly host: string | null;
  /** The canonical path that routes are compared with. */
  readonly path: string;
  /** null: no route holds, 404. */
  readonly route: ExplainedRoute | null;
  /** The route that would answer without the first. */
  readonly second: ExplainedRoute | null;
  /** Kinds of the filters that the request passes, in their order. */
  readonly filters: readonly string[];
}

export interface ExplainedRoute {
  readonly match: string;
  /** What it does, in words. */
  readonly does: string;
  readonly origin: RouteOrigin;
  /** `file:line` of the field, or null when it came from a cluster. */
  readonly place: string | null;
}

/** What explains: the table in force, and where objects were read from. */
export interface ExplainSources {
  readonly snapshot: Pick<Snapshot, 'hosts' | 'settings'>;
  /** `file:line` of an object's field, or null. */
  readonly locate: (origin: RouteOrigin) => string | null;
}

/** Filters are made to be named, never run: their shared memory knows no slot. */
const DEPS: FilterDeps = {
  cells: {
    worker: 0,
    slot: () => -1,
    add: () => {},
    sum: () => 0,
    load: () => 0n,
    compareExchange: (_slot, expected) => expected,
    metrics: new Float64Array(),
  },
  clock: systemClock,
  tokens: new TokenVerifier({ clock: systemClock, askKeys: () => {} }),
  hostname: hostname(),
};

/** Routes a request as a worker would. An error is a text for whoever asked. */
export function explainRequest(
  request: ExplainRequest,
  { snapshot, locate }: ExplainSources,
): Result<ExplainAnswer, string> {
  const parts = /^(https?):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?$/i.exec(request.url);
  if (parts === null) return err('the URL must be as http://host/path or https://host:port/path?query');
  const [, scheme = '', host = '', rawPath = '', query = ''] = parts;
  const secure = scheme.toLowerCase() === 'https';
  const authority = canonicalAuthority(host, secure);
  if (authority === null)
    return err(`${JSON.stringify(host)} is no host name: such a request is answered 400`);
  const path = canonicalPath(rawPath || '/', snapshot.settings.mergeSlashes);
  if (path === null) return err(`${JSON.stringify(rawPath)} is no path: such a request is answered 400`);
  const headers: string[] = [];
  for (const header of request.headers) {
    const colon = header.indexOf(':');
    if (colon < 1) return err(`${JSON.stringify(header)} must be as "name: value"`);
    headers.push(header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim());
  }
  const live = tableOf(authority.host, snapshot).findHost(authority.host);
  const input = {
    method: request.method,
    path,
    query,
    authority: authority.authority,
    scheme: secure ? 'https' : 'http',
    headers,
  };
  const { route, second, filters } = explain(live, input, secure);
  const show = (one: Route | null): ExplainedRoute | null =>
    one === null ? null : { ...describeRoute(one, secure), origin: one.origin, place: locate(one.origin) };
  return ok({ host: live?.name ?? null, path, route: show(route), second: show(second), filters });
}

/** A table of the hosts that may answer for a name alone: making all of them would take long. */
function tableOf(host: string, { hosts, settings }: ExplainSources['snapshot']) {
  const labels = host.split('.');
  const names = new Set([host, '*', ...labels.map((_, index) => `*.${labels.slice(index + 1).join('.')}`)]);
  const set = [...names].flatMap((name) => hosts.get(name) ?? []);
  const none: Change<never> = { set: [], remove: [] };
  const rest = { upstreams: none, endpoints: none, certificates: none, slots: none };
  return applyDelta(null, { version: 0, settings, hosts: { set, remove: [] }, ...rest }, DEPS);
}

/** A route in words: what it matches and what it does with requests over TLS (`secure`) or in plain text. */
export function describeRoute(route: Route, secure: boolean): Pick<ExplainedRoute, 'match' | 'does'> {
  const { path, headers, query } = route.match;
  const text = path.kind === 'regex' ? path.pattern : path.value;
  const conditions = [
    `${path.kind === 'segment' ? 'prefix by segments' : path.kind} ${text}`,
    ...headers.map(({ name, op, value, negate }) =>
      `header ${name} ${negate ? 'not ' : ''}${op} ${value}`.trim(),
    ),
    ...query.map(({ name, op, value }) => `query ${name} ${op} ${value}`.trim()),
  ];
  const upgrade = !secure && route.plain === 'redirect';
  return {
    match: conditions.join(', '),
    does: upgrade ? 'redirect to https, 301' : describeAction(route.action),
  };
}

function describeAction(action: Action): string {
  switch (action.kind) {
    case 'forward': {
      const weighted = action.backends.length > 1;
      const backends = action.backends.map(
        ({ upstream, weight }) => `${upstream}${weighted ? ` (weight ${weight})` : ''}`,
      );
      return `forward to ${backends.join(', ')}`;
    }
    case 'redirect':
      return `redirect, ${action.status}`;
    case 'respond':
      return `answer ${action.status}${action.error === null ? '' : ` (${action.error})`}`;
  }
}
