import { createHash, randomBytes } from 'node:crypto';
import { joinHeader, setHeader } from '../lib/header-list.ts';

const NAME = 'sec-websocket-key';
const KEY_BYTES = 16;
const KEY = /^[A-Za-z0-9+/]{22}==$/;
/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The fields of an extended CONNECT as a request for a WebSocket over HTTP/1.1 has them: that asks for a key, which
 * HTTP/2 does not use (RFC 8441 §5). A client that sends one all the same (Node's own) keeps it.
 *
 * @param headers Flat; stays as it is.
 * @returns `accept`: the `sec-websocket-accept` that the upstream must answer with.
 */
export function withWebSocketKey(headers: readonly string[]): {
  readonly headers: readonly string[];
  readonly accept: string;
} {
  const given = joinHeader(headers, NAME);
  if (given !== undefined && KEY.test(given)) return { headers, accept: webSocketAccept(given) };
  const key = randomBytes(KEY_BYTES).toString('base64');
  const keyed = [...headers];
  setHeader(keyed, NAME, key);
  return { headers: keyed, accept: webSocketAccept(key) };
}

/** The answer to a key. RFC 6455 §4.2.2. */
export function webSocketAccept(key: string): string {
  return createHash('sha1').update(`${key}${GUID}`, 'latin1').digest('base64');
}
