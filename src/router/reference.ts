import { admits, type LiveRoute } from './live-route.ts';
import type { MatchInput } from './match-input.ts';

/**
 * All routes that hold, in the order in which they are tried: the first answers. A plain scan that says
 * what `match.ts` must find; `explain` uses it, requests do not.
 */
export function matchingRoutes(
  routes: readonly LiveRoute[],
  request: MatchInput,
  secure: boolean,
): readonly LiveRoute[] {
  return routes.filter((live) => live.matchesPath(request.path) && admits(live, request, secure));
}
