import { PREFACE } from '../http2/frame.ts';

/**
 * Whether a plain connection begins with the preface of HTTP/2 (RFC 9113 §3.4), which a client with prior
 * knowledge sends (§3.3). No HTTP/1 request does: its `PRI *` of version 2.0 is nobody's.
 *
 * @returns `part`: it may become one.
 */
export function prefaceAt(bytes: Buffer, start: number, end: number): 'none' | 'part' | 'whole' {
  const length = Math.min(end - start, PREFACE.length);
  for (let i = 0; i < length; i++) if (bytes[start + i] !== PREFACE[i]) return 'none';
  return length === PREFACE.length ? 'whole' : 'part';
}
