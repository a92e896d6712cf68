import { loadCase } from '../lib/load-case.ts';
import { FILES } from '../lib/site.ts';

const CONNECTIONS = 32;

/** Bodies down and up; before and after each measurement their hashes are compared, slow readers' too. */
export const bodies = [
  loadCase({
    name: 'down-16k',
    summary: 'a body of 16 KiB down',
    plan: { paths: ['/files/16k'], connections: CONNECTIONS },
    bars: [{ metric: 'cpu', against: 'nginx', atMost: 1.1, aim: 0.95 }],
  }),
  ...['down-1m', 'down-1m-tls'].map((name) =>
    loadCase({
      name,
      summary: `a body of 1 MiB down${name.endsWith('tls') ? ', over TLS' : ''}`,
      plan: { paths: ['/files/1m'], connections: CONNECTIONS, tls: name.endsWith('tls') },
      bars: [
        { metric: 'cpu', against: 'nginx', atMost: 0.6, aim: 0.45 },
        { metric: 'cpu', against: 'envoy', atMost: 1, aim: 0.7 },
      ],
    }),
  ),
  ...['up-1m', 'up-1m-tls'].map((name) =>
    loadCase({
      name,
      summary: `a body of 1 MiB up${name.endsWith('tls') ? ', over TLS' : ''}`,
      plan: {
        paths: ['/upload'],
        connections: CONNECTIONS,
        uploadBytes: FILES['1m'],
        tls: name.endsWith('tls'),
      },
      bars: [{ metric: 'cpu', against: 'nginx', atMost: 0.8, aim: 0.6 }],
    }),
  ),
];
