import { getHeader } from '../../lib/header-list.ts';
import { isGrpc, webForm } from './content-type.ts';
import { encodeGrpcMessage } from './message.ts';
import { grpcStatusOf } from './status.ts';

/** An answer of the gateway's own, before it is known who asked. */
export interface OwnAnswer {
  readonly status: number;
  /** Flat, lower-case names. */
  readonly headers: readonly string[];
  readonly body: string;
  /** The code of `proxy-status`, or null. */
  readonly error: string | null;
}

/**
 * The fields of an own answer to a gRPC call: trailers-only, that is one head with `:status` 200 and no body, which
 * names the failure in `grpc-status` and `grpc-message` (http2.md, gRPC; PROTOCOL-WEB has the same for gRPC-web).
 * The message is a plain text body, else `sluice: ` and the error. Other fields than those of the body stay.
 *
 * @returns Null where the answer stays what it is: nobody called by gRPC, no failure, a 421.
 */
export function grpcAnswer(requestHeaders: readonly string[], given: OwnAnswer): string[] | null {
  const { status, error } = given;
  if (status < 400 || status === 421) return null;
  const type = getHeader(requestHeaders, 'content-type');
  if (type === undefined || !(isGrpc(type) || webForm(type) !== null)) return null;
  const headers = ['content-type', type, 'grpc-status', `${grpcStatusOf(status, error)}`];
  const message = messageOf(given);
  if (message !== '') headers.push('grpc-message', encodeGrpcMessage(message));
  for (let i = 0; i < given.headers.length; i += 2) {
    const name = given.headers[i] as string;
    if (!name.startsWith('content-')) headers.push(name, given.headers[i + 1] as string);
  }
  return headers;
}

function messageOf({ headers, body, error }: OwnAnswer): string {
  const type = getHeader(headers, 'content-type');
  if (body !== '' && (type === undefined || type.startsWith('text/plain'))) return body;
  return error === null ? '' : `sluice: ${error}`;
}
