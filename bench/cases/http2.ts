import type { LoadPlan } from '../lib/load-case.ts';
import { loadCase } from '../lib/load-case.ts';
import { FILES } from '../lib/site.ts';
import { PAGE_HEADERS } from './page.ts';

const NEEDS = ['h2load'];
const SMALL_HTTP2 = { tls: true, connections: 16, streams: 16 } as const;
const BODIES: Omit<LoadPlan, 'paths'> = { tls: true, connections: 8, streams: 4 };

/** HTTP/2 over TLS from clients, HTTP/1.1 to the services, as at most edges. */
export const http2 = [
  loadCase({
    name: 'h2',
    summary: 'a GET of 13 bytes over HTTP/2 and TLS 1.3, 16 connections with 16 streams',
    needs: NEEDS,
    plan: { ...SMALL_HTTP2, paths: ['/'] },
    bars: [
      { metric: 'cpu', against: 'haproxy', atMost: 1 },
      { metric: 'cpu', against: 'nginx', atMost: 0.75 },
      { metric: 'cpu', against: 'envoy', atMost: 0.4 },
    ],
  }),
  loadCase({
    name: 'h2-page',
    summary: 'over HTTP/2, the headers of a browser and of an application: 12 there, 10 back',
    needs: NEEDS,
    plan: { ...SMALL_HTTP2, paths: ['/page'], headers: PAGE_HEADERS },
    bars: [{ metric: 'cpu', against: 'haproxy', atMost: 1.05 }],
  }),
  loadCase({
    name: 'h2-down-1m',
    summary: 'over HTTP/2, a body of 1 MiB down, 8 connections with 4 streams',
    needs: NEEDS,
    plan: { ...BODIES, paths: ['/files/1m'] },
    bars: [{ metric: 'cpu', against: 'nginx', atMost: 0.9 }],
  }),
  loadCase({
    name: 'h2-up-1m',
    summary: 'over HTTP/2, a body of 1 MiB up, 8 connections with 4 streams',
    needs: NEEDS,
    plan: { ...BODIES, paths: ['/upload'], uploadBytes: FILES['1m'] },
    bars: [{ metric: 'cpu', against: 'nginx', atMost: 0.9 }],
  }),
];
