import type { Upstream } from '../snapshot/upstream.ts';
import type { LiveEndpoint } from './endpoint.ts';

/** Chooses among the endpoints of one upstream, in one worker. */
export interface Balancer {
  /** An endpoint that does not rest and is not `avoid`, where there is one; null for an empty list. */
  pick(endpoints: readonly LiveEndpoint[], avoid: LiveEndpoint | null): LiveEndpoint | null;
}

/** @param random In [0, 1). */
export function createBalancer(kind: Upstream['balancer'], random: () => number): Balancer {
  switch (kind) {
    case 'round-robin':
      return roundRobin(random);
    case 'least-request':
      return leastRequest(random);
    case 'random':
      return {
        pick: (endpoints, avoid) => usable(endpoints, Math.floor(random() * endpoints.length), avoid),
      };
    default:
      return kind satisfies never;
  }
}

/** Each in turn; the workers begin at different places. */
function roundRobin(random: () => number): Balancer {
  let turn = Math.floor(random() * 1024);
  return {
    pick(endpoints, avoid) {
      // A retry takes nobody's turn: else first tries could all fall on the endpoint that fails.
      if (avoid === null) turn = (turn + 1) % 0x3fffffff;
      return usable(endpoints, turn % endpoints.length, avoid);
    },
  };
}

/** The less busy of two by chance: near the least of all, and no herd runs to one. */
function leastRequest(random: () => number): Balancer {
  return {
    pick(endpoints, avoid) {
      const one = usable(endpoints, Math.floor(random() * endpoints.length), avoid);
      if (one === null || endpoints.length === 1) return one;
      const other = usable(endpoints, Math.floor(random() * endpoints.length), avoid);
      return other !== null && other.active < one.active ? other : one;
    },
  };
}

/**
 * The endpoint at `start`, or the next one that may be used. At most half of the endpoints are passed over
 * because they rest, and never the last one.
 */
function usable(
  endpoints: readonly LiveEndpoint[],
  start: number,
  avoid: LiveEndpoint | null,
): LiveEndpoint | null {
  const first = endpoints[start];
  if (first === undefined) return null;
  if (first !== avoid && !first.rests) return first;
  let resting = 0;
  for (const endpoint of endpoints) if (endpoint.rests) resting++;
  const honourRest = resting * 2 <= endpoints.length;
  for (let i = 0; i < endpoints.length; i++) {
    const endpoint = endpoints[(start + i) % endpoints.length] as LiveEndpoint;
    if (endpoint !== avoid && !(honourRest && endpoint.rests)) return endpoint;
  }
  for (const endpoint of endpoints) if (endpoint !== avoid) return endpoint;
  return first;
}
