import { encodeCharacter } from '../../lib/percent-encode.ts';

/** Characters of a text that are told: a message goes into a field, and clients keep few bytes for those. */
const MAX_CHARACTERS = 512;

/**
 * A text as `grpc-message` carries it: UTF-8, and every byte but printable ASCII, and `%`, percent-encoded
 * (gRPC over HTTP/2, Status-Message). What is longer than 512 characters is cut.
 */
export function encodeGrpcMessage(text: string): string {
  const told = text.length <= MAX_CHARACTERS ? text : text.slice(0, MAX_CHARACTERS);
  // Half of a pair, from the cut or before it, becomes U+FFFD.
  return Buffer.from(told, 'utf8')
    .toString('latin1')
    .replace(/[^\x20-\x24\x26-\x7e]/g, encodeCharacter);
}
