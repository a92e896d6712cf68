import type { Respond } from '../../snapshot/virtual-host.ts';
import { acceptsProxy } from '../ingress-class.ts';
import type { Place } from '../place.ts';
import { matchText } from '../route-order.ts';
import type { Conditions } from './conditions.ts';
import { checkContradictions, mergePath, readConditions } from './conditions.ts';
import type { Candidate, RootContext } from './context.ts';
import { hostFilters, proxyRef, refKey } from './context.ts';
import { compileRoute, origin } from './route.ts';
import type { HTTPProxy, IncludeSpec } from './spec.ts';

/**
 * Includes and routes compiled for one host, counted once for each path to them: objects that include the next
 * one twice, in a row, would double without end.
 */
export const MAX_STEPS = 50_000;

/** Includes from a root down to a leaf; each level takes space on the stack. */
export const MAX_DEPTH = 500;

/** What an include without a usable target answers. */
const INCLUDE_FAILED: Respond = {
  kind: 'respond',
  status: 502,
  body: '',
  error: 'proxy_configuration_error',
};

/** One walk through the tree of a root. */
export interface Walk {
  readonly context: RootContext;
  /** Every proxy that was reached, by `namespace/name`; the root is not among them. */
  readonly visited: Map<string, Place['object']>;
  /** Keys from the root down to the object at hand. */
  readonly path: Set<string>;
  /** Includes and routes so far. */
  steps: number;
}

/** Where one proxy stands in the walk. */
interface Stand {
  readonly place: Place;
  readonly inherited: readonly Conditions[];
}

/**
 * Compiles the routes of a proxy and of all it includes, in the order of adding: includes first, then its own
 * (httpproxy.md 1.3, 2.4).
 */
export function compileTree(walk: Walk, proxy: HTTPProxy, { place, inherited }: Stand): Candidate[] {
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  for (const [index, include] of (proxy.spec?.includes ?? []).entries()) {
    const at = place.at(`spec.includes[${index}]`).scope('include');
    if (isExhausted(walk, at)) return candidates;
    for (const candidate of compileInclude(walk, include, { place: at, inherited, seen })) {
      candidates.push(candidate);
    }
  }
  for (const [index, route] of (proxy.spec?.routes ?? []).entries()) {
    const at = place.at(`spec.routes[${index}]`);
    if (isExhausted(walk, at.scope('include'))) return candidates;
    const candidate = compileRoute(walk.context, route, { place: at, inherited });
    if (candidate !== null) candidates.push(candidate);
  }
  return candidates;
}

/** Counts one step; the first one too many is reported, and nothing more is compiled for the host. */
function isExhausted(walk: Walk, place: Place): boolean {
  walk.steps += 1;
  if (walk.steps === MAX_STEPS + 1) {
    place.error(
      'IncludeError/TooManyIncludes',
      `the host has more than ${MAX_STEPS} includes and routes, counted once for each path to them; include less`,
    );
  }
  return walk.steps > MAX_STEPS;
}

interface IncludeStand extends Stand {
  /** Merged conditions of the earlier includes of the list. */
  readonly seen: Set<string>;
}

function compileInclude(walk: Walk, include: IncludeSpec, stand: IncludeStand): Candidate[] {
  const { place, inherited } = stand;
  const conditions = readIncludeConditions(include, stand);
  if (conditions === null) return [];
  if (walk.path.size > MAX_DEPTH) {
    place.error(
      'IncludeError/TooManyIncludes',
      `more than ${MAX_DEPTH} objects include each other in a row; include less deeply`,
    );
    return [];
  }
  const target = findTarget(walk, include, place);
  if (target === 'cycle') return [];
  const chain = [...inherited, conditions];
  if (target === null) {
    const bare = (include.conditions ?? []).length === 0;
    return bare ? [] : [failedInclude(walk.context, { place, inherited: chain })];
  }
  const ref = proxyRef(target);
  const key = refKey(ref);
  walk.visited.set(key, ref);
  walk.path.add(key);
  const candidates = compileTree(walk, target, {
    place: place.elsewhere(ref, 'include'),
    inherited: chain,
  });
  walk.path.delete(key);
  return candidates;
}

/** The include's own conditions, or null when the include is skipped. */
function readIncludeConditions(include: IncludeSpec, { place, seen }: IncludeStand): Conditions | null {
  const conditions = readConditions(include.conditions ?? [], { kind: 'include', place });
  checkContradictions(conditions, place);
  if (place.failed) return null;
  const { headers, query } = conditions;
  const path = mergePath([conditions]);
  const everything = path.kind === 'prefix' && path.value === '/' && headers.length + query.length === 0;
  if (everything) return conditions;
  const key = JSON.stringify([
    path,
    ...[...headers, ...query].map((condition) => JSON.stringify(condition)).sort(),
  ]);
  if (seen.has(key)) {
    place.error(
      'IncludeError/DuplicateMatchConditions',
      'an earlier include of the list has the same conditions; merge the two or change one',
    );
    return null;
  }
  seen.add(key);
  return conditions;
}

/** The object to include; null when there is none that can be, which is reported. */
function findTarget(walk: Walk, include: IncludeSpec, place: Place): HTTPProxy | 'cycle' | null {
  const { view } = walk.context;
  const namespace = include.namespace || place.object.namespace;
  const key = `${namespace}/${include.name ?? ''}`;
  const target = include.name ? view.get('HTTPProxy', namespace, include.name) : undefined;
  if (target === undefined || !acceptsProxy(target, view)) {
    place.error('IncludeError/IncludeNotFound', `HTTPProxy ${key} does not exist, or is of another class`);
    return null;
  }
  if (target.spec?.virtualhost) {
    place.error(
      'IncludeError/RootIncludesRoot',
      `HTTPProxy ${key} has a virtualhost; a root cannot be included`,
    );
    return null;
  }
  if (walk.path.has(key)) {
    place
      .elsewhere(proxyRef(target), 'include')
      .at('spec')
      .error(
        'IncludeError/IncludeCreatesCycle',
        `it is included by ${refKey(place.object)}, which it includes itself; remove one of the includes`,
      );
    return 'cycle';
  }
  return target;
}

/** Answers 502 on both ports, also without HTTPS (⚠8). */
function failedInclude(context: RootContext, { place, inherited }: Stand): Candidate {
  return {
    route: {
      match: {
        path: mergePath(inherited),
        headers: inherited.flatMap(({ headers }) => headers),
        query: inherited.flatMap(({ query }) => query),
      },
      action: INCLUDE_FAILED,
      filters: hostFilters(context),
      plain: 'serve',
      secure: context.tls ? 'serve' : 'none',
      origin: origin(place),
    },
    reduced: false,
    place,
  };
}

/** Drops candidates whose match a later one has too (⚠11), with a warning on those that are replaced. */
export function replaceIdentical(candidates: readonly Candidate[]): Candidate[] {
  const byMatch = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const text = matchText(candidate.route.match);
    const earlier = byMatch.get(text);
    // A match that lost a condition it could not read gives way to a whole one.
    if (earlier !== undefined && candidate.reduced && !earlier.reduced) continue;
    if (earlier !== undefined && !earlier.reduced) warnReplaced(earlier, candidate);
    byMatch.delete(text);
    byMatch.set(text, candidate);
  }
  return [...byMatch.values()];
}

function warnReplaced(earlier: Candidate, later: Candidate): void {
  const { namespace, name, field } = later.route.origin;
  earlier.place.ignored(
    `${field} of HTTPProxy ${namespace}/${name} has the same conditions and replaces it; change or remove one`,
  );
}
