import type { HeaderMatch, Match, PathMatch, QueryMatch } from '../snapshot/match.ts';

/**
 * Orders the routes of one host as they are tried: negative when `a` comes first, 0 when only the order of
 * adding decides (httpproxy.md 1.4.1; the first difference decides, ⚠33). Use a stable sort.
 */
export function compareMatches(a: Match, b: Match): number {
  return (
    comparePaths(a.path, b.path) ||
    Number(hasMethod(b)) - Number(hasMethod(a)) ||
    headerCount(b) - headerCount(a) ||
    b.query.length - a.query.length ||
    compareLists(a.headers, b.headers, compareHeaders) ||
    compareLists(a.query, b.query, compareParameters)
  );
}

/**
 * A text that is equal for identical matches: path, headers and parameters in the order of the spec.
 * The segment prefix `/` and the string prefix `/` are one: both hold for every path.
 */
export function matchText({ path, headers, query }: Match): string {
  const kind = path.kind === 'segment' && path.value === '/' ? 'prefix' : path.kind;
  return JSON.stringify([
    kind,
    pathText(path),
    headers.map((h) => [h.name, h.op, h.value, h.ignoreCase, h.negate, h.treatMissingAsEmpty]),
    query.map((q) => [q.name, q.op, q.value, q.ignoreCase]),
  ]);
}

const PATH_RANK = { exact: 0, regex: 1, prefix: 2, segment: 2 } as const;
const OP_RANK = { exact: 0, regex: 1, prefix: 2, suffix: 3, contains: 4, present: 5 } as const;

function comparePaths(a: PathMatch, b: PathMatch): number {
  const rank = PATH_RANK[a.kind] - PATH_RANK[b.kind];
  if (rank !== 0) return rank;
  const [left, right] = [pathText(a), pathText(b)];
  if (a.kind !== 'exact' && left.length !== right.length) return right.length - left.length;
  return compareTexts(right, left) || Number(b.kind === 'segment') - Number(a.kind === 'segment');
}

function pathText(path: PathMatch): string {
  return path.kind === 'regex' ? path.pattern : path.value;
}

function hasMethod({ headers }: Match): boolean {
  return headers.some(({ name }) => name === ':method');
}

function headerCount({ headers }: Match): number {
  return headers.reduce((count, { name }) => count + (name === ':method' ? 0 : 1), 0);
}

function compareHeaders(a: HeaderMatch, b: HeaderMatch): number {
  return (
    compareTexts(a.name, b.name) ||
    OP_RANK[a.op] - OP_RANK[b.op] ||
    compareTexts(a.value, b.value) ||
    Number(a.negate) - Number(b.negate)
  );
}

function compareParameters(a: QueryMatch, b: QueryMatch): number {
  return (
    compareTexts(a.name, b.name) ||
    OP_RANK[a.op] - OP_RANK[b.op] ||
    compareTexts(a.value, b.value) ||
    Number(a.ignoreCase) - Number(b.ignoreCase)
  );
}

/** Item by item after sorting both, the shorter first; equal beginnings are the caller's to tell apart. */
function compareLists<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): number {
  const left = a.toSorted(compare);
  const right = b.toSorted(compare);
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = compare(item, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** By code unit: the same everywhere, whatever the locale. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
