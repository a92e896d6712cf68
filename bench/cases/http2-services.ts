import { GRPC_PATH } from '../lib/grpc-message.ts';
import type { LoadPlan } from '../lib/load-case.ts';
import { loadCase } from '../lib/load-case.ts';

const NEEDS = ['h2load', 'nghttpd'];
const PLAN: Omit<LoadPlan, 'paths'> = { tls: true, connections: 16, streams: 16 };

/** HTTP/2 on both sides: over TLS from clients, in the clear to the service. */
export const http2Services = [
  loadCase({
    name: 'h2c-upstream',
    summary: 'the small case with HTTP/2 on both sides, in the clear to the service',
    needs: NEEDS,
    plan: { ...PLAN, paths: ['/h2c'] },
    // nginx speaks HTTP/2 to services of gRPC only.
    peers: ['haproxy', 'envoy', 'traefik', 'caddy'],
  }),
  loadCase({
    name: 'grpc',
    summary: 'unary calls of gRPC, 16 connections with 16 streams, in the clear to the service',
    needs: NEEDS,
    plan: { ...PLAN, paths: [GRPC_PATH], grpc: true },
    bars: [
      { metric: 'cpu', against: 'nginx', atMost: 1.1 },
      { metric: 'cpu', against: 'envoy', atMost: 0.6 },
    ],
  }),
];
