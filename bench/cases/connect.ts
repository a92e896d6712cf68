import { loadCase, SMALL } from '../lib/load-case.ts';

/** The small case with a new connection for each request. */
export const connect = loadCase({
  name: 'connect',
  summary: 'the small case with a new connection for each request',
  plan: { ...SMALL, headers: { Connection: 'close' } },
  bars: [
    { metric: 'cpu', against: 'nginx', atMost: 1.5, aim: 1.1 },
    { metric: 'cpu', against: 'envoy', atMost: 0.9 },
  ],
});
