import { CHUNKED } from '../http1/message.ts';
import { requestHead } from '../http1/write.ts';
import { type LiveRoute, pickBackend } from '../router/live-route.ts';
import { rewritePath } from '../router/prefix-rewrite.ts';
import type { Forward } from '../snapshot/virtual-host.ts';
import { NO_ENDPOINT, OVERFLOW } from '../upstream/proxy-error.ts';
import { BAD_REQUEST, type Failure, fail, UPGRADE_REFUSED } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { Forwarding } from './forwarding.ts';
import { takeGrpcCall } from './grpc/call.ts';
import { WebTextRequest } from './grpc/web-request.ts';
import { http2Request } from './http2-request.ts';
import { withWebSocketKey } from './websocket-key.ts';

/** The upstream speaks HTTP/2: an upgrade cannot be forwarded to it. */
const NO_UPGRADE: Failure = { status: 502, code: 'http_upgrade_failed', flags: '' };

/** Sends an exchange to an upstream of its route. */
export function forward(exchange: Exchange, route: LiveRoute, action: Forward): void {
  const { worker } = exchange;
  if (exchange.upgrade !== null && !action.websocket) {
    fail(exchange, UPGRADE_REFUSED);
    return;
  }
  const backend = pickBackend(route, route.backends.length > 1 ? worker.random() : 0);
  exchange.upstreamName = backend.upstream;
  const pool = worker.pools.get(backend.upstream);
  // Before anything is made for it: a service without endpoints may be asked often.
  if (pool === undefined || pool.endpoints.length === 0) {
    fail(exchange, NO_ENDPOINT, ['retry-after', '1']);
    return;
  }
  if (pool.multiplexed && exchange.upgrade !== null) {
    fail(exchange, NO_UPGRADE);
    return;
  }
  for (const filter of backend.requestFilters) filter.onRequest?.(exchange);
  const call = pool.multiplexed ? takeGrpcCall(exchange) : null;
  const encoded = call?.web === 'text' && exchange.bodyLength !== 0;
  const bodyLength = encoded ? CHUNKED : exchange.bodyLength;
  const translated = exchange.upgrade !== null && exchange.protocol === 'HTTP/2';
  const keyed = translated ? withWebSocketKey(exchange.requestHeaders) : null;
  const path = action.rewrite === null ? exchange.path : rewritePath(action.rewrite, exchange.path);
  const target = exchange.query === '' ? path : path + exchange.query;
  const parts = {
    method: exchange.method,
    target,
    authority: exchange.upstreamAuthority,
    headers: keyed?.headers ?? exchange.requestHeaders,
    bodyLength,
    upgrade: exchange.upgrade,
    teTrailers: exchange.teTrailers || (call !== null && call.web !== null),
  };
  const head = pool.multiplexed ? '' : requestHead(parts);
  if (head === null) {
    fail(exchange, BAD_REQUEST);
    return;
  }
  if (!pool.admitsRequest) {
    fail(exchange, OVERFLOW);
    return;
  }
  const request = {
    method: exchange.method,
    target,
    head,
    fields: pool.multiplexed ? http2Request(pool.upstream, parts) : null,
    bodyLength,
    upgrade: exchange.upgrade !== null,
    webSocketAccept: keyed?.accept ?? null,
  };
  const forwarding = new Forwarding(exchange, action, backend, pool, request);
  if (call !== null) forwarding.isCall(call.deadlineMs);
  forwarding.start(encoded ? new WebTextRequest(forwarding) : forwarding);
}
