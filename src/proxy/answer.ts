import type { Answer, Filter } from '../filters/filter.ts';
import { NO_LENGTH, type ResponseHead } from '../http1/message.ts';
import { getHeader, removeHeader } from '../lib/header-list.ts';
import { BORROWED } from '../lib/wire.ts';
import type { ProxyErrorCode } from '../snapshot/error-codes.ts';
import type { Exchange } from './exchange.ts';
import { grpcAnswer } from './grpc/answer.ts';

const NOTHING = Buffer.alloc(0);
/** Answers with these statuses have no body, whatever was configured (RFC 9110 §6.4.1, §15.3.6). */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** An answer of the gateway's own, with an empty body: what a request that fails gets. */
export interface Failure {
  readonly status: number;
  readonly code: ProxyErrorCode;
  /** Response flags, as `NR`. */
  readonly flags: string;
}

export const BAD_REQUEST: Failure = { status: 400, code: 'http_request_error', flags: '' };
export const NOT_FOUND: Failure = { status: 404, code: 'destination_not_found', flags: 'NR' };
export const MISDIRECTED: Failure = { status: 421, code: 'destination_not_found', flags: 'NR' };
export const INTERNAL: Failure = { status: 500, code: 'proxy_internal_error', flags: '' };
export const OVERLOADED: Failure = { status: 503, code: 'connection_limit_reached', flags: 'OM' };
export const UPGRADE_REFUSED: Failure = { status: 403, code: 'http_upgrade_failed', flags: '' };

/** Answers with a failure; says why in `proxy-status` (RFC 9209). */
export function fail(exchange: Exchange, failure: Failure, headers: readonly string[] = []): void {
  exchange.error = failure.code;
  if (exchange.flags === '') exchange.flags = failure.flags;
  send(exchange, failure.status, ['proxy-status', `sluice; error=${failure.code}`, ...headers], '');
}

/** Gives a filter's or a route's answer. */
export function answer(exchange: Exchange, given: Answer): void {
  const headers = [...given.headers];
  if (given.error !== null) {
    exchange.error = given.error as ProxyErrorCode;
    headers.push('proxy-status', `sluice; error=${given.error}`);
  }
  if (exchange.flags === '') exchange.flags = given.flags;
  send(exchange, given.status, headers, given.body);
}

/**
 * Sends an answer of our own. A gRPC call learns of a failure by trailers alone; the record keeps the status that
 * is meant, not the 200 of its head.
 *
 * @param body Text, sent as UTF-8; a content type is added to one that has none.
 */
export function send(exchange: Exchange, status: number, headers: string[], body: string): void {
  const { error } = exchange;
  const grpc = status < 400 ? null : grpcAnswer(exchange.requestHeaders, { status, headers, body, error });
  const bytes = grpc !== null || body === '' || NO_BODY.has(status) ? NOTHING : Buffer.from(body);
  if (bytes.length > 0 && getHeader(headers, 'content-type') === undefined) {
    headers.push('content-type', 'text/plain');
  }
  exchange.responseStatus = status;
  exchange.responseHeaders = grpc ?? headers;
  const filters = exchange.responseFilters;
  for (let i = 0; i < filters.length; i++) filters[i]?.onResponse?.(exchange);
  finishHeaders(exchange, true);
  const length = exchange.method === 'HEAD' ? 0 : bytes.length;
  const head = {
    status: grpc === null ? status : 200,
    headers: exchange.responseHeaders,
    bodyLength: grpc !== null && exchange.protocol === 'HTTP/2' ? NO_LENGTH : bytes.length,
  };
  exchange.bytesSent += length;
  if (!exchange.downstream.respond(head, bytes, 0, length, BORROWED, true)) exchange.downstream.abort();
  exchange.finish();
}

/** An upstream's answer on its way to the client: filters, our own fields, framing. */
export function relayedHead(
  exchange: Exchange,
  head: ResponseHead,
  filters: readonly Filter[],
): { readonly status: number; readonly headers: readonly string[]; readonly bodyLength: number } {
  exchange.responseStatus = head.status;
  exchange.responseHeaders = head.headers;
  exchange.upstreamMs = exchange.worker.now() - exchange.startedMs;
  for (let i = 0; i < filters.length; i++) filters[i]?.onResponse?.(exchange);
  finishHeaders(exchange, false);
  // Where there is nothing to read, what was announced is passed on.
  const announced = head.announcedLength < 0 ? NO_LENGTH : head.announcedLength;
  const bodyLength = head.bodyLength === 0 ? announced : head.bodyLength;
  return { status: head.status, headers: exchange.responseHeaders, bodyLength };
}

/** An upstream's 101 on its way to the client: over HTTP/2 a 200, and the key was mostly not the client's (RFC 8441 §5). */
export function relaySwitch(exchange: Exchange, head: ResponseHead, filters: readonly Filter[]): void {
  const translated = exchange.protocol === 'HTTP/2';
  exchange.responseStatus = translated ? 200 : 101;
  exchange.responseHeaders = head.headers;
  const keyed = getHeader(exchange.requestHeaders, 'sec-websocket-key') !== undefined;
  if (translated && !keyed) removeHeader(head.headers, 'sec-websocket-accept');
  for (const filter of filters) filter.onResponse?.(exchange);
  if (translated) finishHeaders(exchange, false);
}

/**
 * Sets `server` and, where it is missing, `date`.
 *
 * @param own The answer is the gateway's own: it has a `server` in every mode.
 */
export function finishHeaders(exchange: Exchange, own: boolean): void {
  const headers = exchange.responseHeaders;
  const mode = exchange.worker.table.settings.serverHeader;
  let named = false;
  let dated = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i];
    if (name === 'server') {
      named = true;
      if (mode === 'overwrite') headers[i + 1] = 'sluice';
    } else if (name === 'date') dated = true;
  }
  if (!named && (own || mode !== 'pass-through')) headers.push('server', 'sluice');
  if (!dated) headers.push('date', exchange.worker.date());
}
