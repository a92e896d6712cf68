import { getHeader, joinHeader, setHeader } from '../../lib/header-list.ts';
import type { Exchange } from '../exchange.ts';
import { answerForm, isGrpc, type WebForm, webForm, webToGrpc } from './content-type.ts';
import { parseGrpcTimeout } from './timeout.ts';
import { WebDownstream } from './web-downstream.ts';

/** What forwarding has to know of a gRPC call. */
export interface GrpcCall {
  /** Until when its caller waits, in monotonic milliseconds; infinity when it does not say. */
  readonly deadlineMs: number;
  /** The form of the request's body when it came as gRPC-web, else null. */
  readonly web: WebForm | null;
}

/**
 * Looks whether an exchange that goes to an HTTP/2 upstream is a gRPC call. One of gRPC-web is turned into gRPC: its
 * type, and all that is answered from here on; its body is the caller's to decode.
 *
 * @returns Null for any other request.
 */
export function takeGrpcCall(exchange: Exchange): GrpcCall | null {
  const headers = exchange.requestHeaders;
  const type = getHeader(headers, 'content-type');
  if (type === undefined || exchange.method !== 'POST') return null;
  const web = webForm(type);
  if (web === null && !isGrpc(type)) return null;
  // Malformed, or there twice: whom it is for may judge it, the route's limits hold as ever.
  const timeoutMs = parseGrpcTimeout(joinHeader(headers, 'grpc-timeout') ?? '');
  if (web !== null) {
    setHeader(headers, 'content-type', webToGrpc(type));
    exchange.downstream = new WebDownstream(exchange, answerForm(joinHeader(headers, 'accept'), web));
  }
  return { deadlineMs: exchange.startedMs + (timeoutMs ?? Number.POSITIVE_INFINITY), web };
}
