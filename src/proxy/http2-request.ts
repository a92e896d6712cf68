import type { RequestHeadParts } from '../http1/write.ts';
import type { RequestParts } from '../http2/session.ts';
import type { Upstream } from '../snapshot/upstream.ts';

const NO_NAMES: readonly string[] = [];

/**
 * What the head of a request says to an HTTP/2 upstream, of what an HTTP/1.1 head would be written from. `:scheme`
 * is that of the connection. A body of no bytes is not announced: the stream ends with the head.
 */
export function http2Request({ tls }: Upstream, parts: Omit<RequestHeadParts, 'upgrade'>): RequestParts {
  const { method, target, authority, headers, bodyLength, teTrailers } = parts;
  return {
    method,
    scheme: tls === null ? 'http' : 'https',
    authority,
    path: target,
    protocol: null,
    headers,
    neverIndexed: NO_NAMES,
    bodyLength: bodyLength === 0 ? -1 : bodyLength,
    teTrailers,
  };
}
