import { isAscii } from './ascii.ts';

/**
 * A configured text as it looks on the wire: its UTF-8 bytes as a latin1 string, the form in which all
 * texts of requests and responses are held. ASCII stays as it is.
 */
export function wireText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}
