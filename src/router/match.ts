import { wireText } from '../lib/wire-text.ts';
import { literalPrefix } from './literal-prefix.ts';
import { admits, type LiveRoute } from './live-route.ts';
import type { MatchInput } from './match-input.ts';
import { endsSegment, segmentText } from './path-match.ts';
import { PathTrie, type TrieNode } from './path-trie.ts';

/**
 * Finds the first of a host's routes that holds, like the plain scan of `reference.ts`, in time that does
 * not grow with their number: exact paths stand in a map; prefixes, and patterns under the literal text
 * that they begin with, in a trie. Routes may come in any order; it decides alone.
 */
export class RouteIndex {
  readonly #exact = new Map<string, LiveRoute[]>();
  readonly #trie: PathTrie<LiveRoute>;

  /** @param routes In the order in which they are tried; each `order` is its index. */
  constructor(routes: readonly LiveRoute[]) {
    const entries: [string, LiveRoute][] = [];
    for (const live of routes) {
      const { path } = live.route.match;
      switch (path.kind) {
        case 'exact': {
          const same = this.#exact.get(path.value);
          if (same === undefined) this.#exact.set(path.value, [live]);
          else same.push(live);
          break;
        }
        case 'regex':
          entries.push([wireText(literalPrefix(path.pattern)), live]);
          break;
        case 'prefix':
          entries.push([path.value, live]);
          break;
        case 'segment':
          entries.push([segmentText(path.value), live]);
          break;
        default:
          path satisfies never;
      }
    }
    this.#trie = new PathTrie(entries);
  }

  /** @returns null when no route holds on that listener. Allocates nothing when conditions do not. */
  find(request: MatchInput, secure: boolean): LiveRoute | null {
    const { path } = request;
    let best: LiveRoute | null = null;
    let bestOrder = Number.POSITIVE_INFINITY;
    if (this.#exact.size !== 0) {
      const same = this.#exact.get(path);
      if (same !== undefined) {
        best = firstAdmitted(same, request, secure);
        if (best !== null) bestOrder = best.order;
      }
    }
    // In a sorted table a longer prefix comes first, so that the first node mostly ends the walk.
    let node: TrieNode<LiveRoute> | null = this.#trie.longest(path);
    while (node !== null && node.lowest < bestOrder) {
      const { values } = node;
      for (let i = 0; i < values.length; i++) {
        const live = values[i] as LiveRoute;
        if (live.order >= bestOrder) break;
        if (fitsPath(live, path) && admits(live, request, secure)) {
          best = live;
          bestOrder = live.order;
        }
      }
      node = node.shorter;
    }
    return best;
  }
}

function firstAdmitted(routes: readonly LiveRoute[], request: MatchInput, secure: boolean): LiveRoute | null {
  for (let i = 0; i < routes.length; i++) {
    const live = routes[i] as LiveRoute;
    if (admits(live, request, secure)) return live;
  }
  return null;
}

/** The trie knows already that the path begins with the route's text. */
function fitsPath(live: LiveRoute, path: string): boolean {
  const { path: match } = live.route.match;
  switch (match.kind) {
    case 'prefix':
      return true;
    case 'segment':
      return endsSegment(path, segmentLength(match.value));
    default:
      return live.matchesPath(path);
  }
}

/** Length of `segmentText` without making it. */
function segmentLength(value: string): number {
  return value.endsWith('/') ? value.length - 1 : value.length;
}
