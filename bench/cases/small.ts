import { loadCase, SMALL } from '../lib/load-case.ts';

/** The cost of proxying as such: a small GET, a small answer, keep-alive on both sides. */
export const small = loadCase({
  name: 'small',
  summary: 'a GET of 13 bytes, 64 connections, keep-alive on both sides',
  plan: SMALL,
  bars: [
    { metric: 'cpu', against: 'nginx', atMost: 1.1, aim: 0.95 },
    { metric: 'cpu', against: 'envoy', atMost: 0.5 },
    { metric: 'cpu', against: 'traefik', atMost: 0.3 },
    { metric: 'cpu', against: 'caddy', atMost: 0.25 },
  ],
});
