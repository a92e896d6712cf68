import type { HeaderMatch, Match, PathMatch, QueryMatch } from '../../snapshot/match.ts';
import type { Place } from '../place.ts';
import { escapeRegex, regexFault } from '../regex-check.ts';
import { readHeaderCondition } from './header-condition.ts';
import { readQueryCondition } from './query-condition.ts';
import type { ConditionSpec } from './spec.ts';

/** The path element of one list of conditions. */
export interface PathPart {
  readonly kind: 'prefix' | 'exact' | 'regex';
  readonly text: string;
}

/** One list of conditions, read. What could not be read is left out and reported. */
export interface Conditions {
  readonly path: PathPart | null;
  readonly headers: readonly HeaderMatch[];
  readonly query: readonly QueryMatch[];
  /** The path could not be read: a route with it matches nothing. */
  readonly pathFailed: boolean;
  /** A header or query condition was left out: the match is wider than the user's. */
  readonly reduced: boolean;
}

/** What a list without elements asks for. */
export const NO_CONDITIONS: Conditions = {
  path: null,
  headers: [],
  query: [],
  pathFailed: false,
  reduced: false,
};

/**
 * Reads the conditions of a route or an include (httpproxy.md 1.4.1). An include may have prefixes only.
 * Contradictions are judged by `checkContradictions`, on the merged list.
 */
export function readConditions(
  list: readonly ConditionSpec[],
  owner: { readonly kind: 'include' | 'route'; readonly place: Place },
): Conditions {
  const headers: HeaderMatch[] = [];
  const query: QueryMatch[] = [];
  let reduced = false;
  for (const [index, condition] of list.entries()) {
    const place = owner.place.at(`conditions[${index}]`);
    if (condition.header !== undefined && condition.header !== null) {
      const header = readHeaderCondition(condition.header, place.at('header'));
      if (header === null) reduced = true;
      else headers.push(header);
    }
    if (condition.queryParameter !== undefined && condition.queryParameter !== null) {
      const parameter = readQueryCondition(condition.queryParameter, place.at('queryParameter'));
      if (parameter === null) reduced = true;
      else query.push(parameter);
    }
  }
  const path = readPath(list, owner);
  return { path: path ?? null, headers, query, pathFailed: path === undefined, reduced };
}

/** The one path element of a list, null when there is none, undefined when it is wrong. */
function readPath(
  list: readonly ConditionSpec[],
  { kind: owner, place }: { readonly kind: 'include' | 'route'; readonly place: Place },
): PathPart | null | undefined {
  const code =
    owner === 'include'
      ? 'IncludeError/PathMatchConditionsNotValid'
      : 'RouteError/PathMatchConditionsNotValid';
  let found: PathPart | null = null;
  for (const [index, condition] of list.entries()) {
    for (const kind of ['prefix', 'exact', 'regex'] as const) {
      const text = condition[kind];
      if (text === undefined || text === null || text === '') continue;
      const at = place.at(`conditions[${index}].${kind}`);
      const fault = pathFault(owner, kind, text);
      if (fault !== null) {
        at.error(code, fault);
        return undefined;
      }
      // Flagger repeats an equal condition in each element (canary.md 2.1).
      if (found !== null && (found.kind !== kind || found.text !== text)) {
        at.error(
          code,
          `${kind} ${JSON.stringify(text)} stands beside ${found.kind} ${JSON.stringify(found.text)}; keep one path condition in the list`,
        );
        return undefined;
      }
      found = { kind, text };
    }
  }
  return found;
}

function pathFault(owner: 'include' | 'route', kind: PathPart['kind'], text: string): string | null {
  if (owner === 'include' && kind !== 'prefix') {
    return `an include may have prefix conditions only; move the ${kind} condition to the routes`;
  }
  if (!text.startsWith('/')) return `${kind} ${JSON.stringify(text)} must start with "/"`;
  if (kind !== 'regex') return null;
  const fault = regexFault(text);
  return fault === null
    ? null
    : `regex ${JSON.stringify(text)} cannot be used: ${fault}; write it in RE2 syntax`;
}

/**
 * Joins the lists from the root's include down to the leaf (httpproxy.md 1.3, ⚠6, ⚠7).
 *
 * @returns null when the joint gives no valid pattern; that is reported at the leaf.
 */
export function mergeConditions(chain: readonly Conditions[], leaf: Place): Match | null {
  const path = mergePath(chain);
  if (path.kind === 'regex') {
    const fault = regexFault(path.pattern);
    if (fault !== null) {
      leaf
        .at('conditions')
        .error(
          'RouteError/PathMatchConditionsNotValid',
          `the merged regex ${JSON.stringify(path.pattern)} cannot be used: ${fault}; shorten or mend it`,
        );
      return null;
    }
  }
  return {
    path,
    headers: chain.flatMap(({ headers }) => headers),
    query: chain.flatMap(({ query }) => query),
  };
}

/** The path condition of a chain: texts one after the other, runs of `/` as one; nothing at all is prefix `/`. */
export function mergePath(chain: readonly Conditions[]): PathMatch {
  const parts = chain.flatMap(({ path }) => (path === null ? [] : [path]));
  const last = parts.at(-1);
  if (last?.kind === 'regex') {
    // Slashes of the pattern itself are the user's text: only the joint is mended.
    const before = collapseSlashes(
      parts
        .slice(0, -1)
        .map(({ text }) => text)
        .join(''),
    ).replace(/\/$/, '');
    return {
      kind: 'regex',
      pattern: before === '' ? last.text : `${escapeRegex(before)}(?:${last.text})`,
    };
  }
  const value = collapseSlashes(parts.map(({ text }) => text).join('')) || '/';
  return last?.kind === 'exact' ? { kind: 'exact', value } : { kind: 'prefix', value };
}

function collapseSlashes(text: string): string {
  return text.replace(/\/+/g, '/');
}

/**
 * Reports header and query conditions that cannot hold together; names are compared in lower case.
 * Contradictory ones stay in the match: it holds for no request.
 */
export function checkContradictions(match: Pick<Match, 'headers' | 'query'>, place: Place): void {
  const at = place.at('conditions');
  const header = headerContradiction(match.headers);
  if (header !== null) at.error('RouteError/HeaderMatchConditionsNotValid', header);
  const parameter = repeatedExact(match.query);
  if (parameter !== null) {
    at.error(
      'RouteError/QueryParameterMatchConditionsNotValid',
      `two exact conditions on query parameter ${JSON.stringify(parameter)}; keep one`,
    );
  }
}

function headerContradiction(headers: readonly HeaderMatch[]): string | null {
  const exact = repeatedExact(headers);
  if (exact !== null) return `two exact conditions on header ${JSON.stringify(exact)}; keep one`;
  const seen = new Set<string>();
  for (const { name, op, value, negate } of headers) {
    seen.add(JSON.stringify([name, op, value, negate]));
    if (op !== 'regex' && seen.has(JSON.stringify([name, op, value, !negate]))) {
      return `header ${JSON.stringify(name)} has the condition ${op}${value === '' ? '' : ` ${JSON.stringify(value)}`} and its opposite; keep one`;
    }
  }
  return null;
}

/** The first name, in lower case, with two positive `exact` conditions. */
function repeatedExact(conditions: readonly (HeaderMatch | QueryMatch)[]): string | null {
  const seen = new Set<string>();
  for (const condition of conditions) {
    if (condition.op !== 'exact' || ('negate' in condition && condition.negate)) continue;
    const name = condition.name.toLowerCase();
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
