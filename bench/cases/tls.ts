import { loadCase, SMALL } from '../lib/load-case.ts';

/** The small case over TLS connections that stay open. */
export const tls = loadCase({
  name: 'tls',
  summary: 'the small case over TLS 1.3 that stays open',
  plan: { ...SMALL, tls: true },
  bars: [
    { metric: 'cpu', against: 'nginx', atMost: 1.2, aim: 1.05 },
    { metric: 'cpu', against: 'envoy', atMost: 0.6 },
  ],
});
