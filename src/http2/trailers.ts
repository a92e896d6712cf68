import type { Refusal } from '../http1/message.ts';
import type { HeaderBlock } from './hpack/header-block.ts';
import { refuseMalformed, type SpecialFields } from './special-fields.ts';

/**
 * Judges a trailer section. RFC 9113 §8.1: no pseudo-fields; http2.md: neither framing nor routing fields.
 * What is left in the block's `headers` is never to be merged into a head.
 *
 * @returns null, or why not.
 */
export function checkTrailers(block: HeaderBlock, special: SpecialFields): Refusal | null {
  const { method, scheme, authority, path, protocol, status } = block;
  if ((method ?? scheme ?? authority ?? path ?? protocol ?? status) !== null)
    return refuseMalformed('trailers must not hold pseudo-fields');
  const refusal = special.read(block);
  if (refusal !== null) return refusal;
  if (special.host !== null || special.contentLength >= 0)
    return refuseMalformed('trailers must not hold host or content-length');
  return null;
}
