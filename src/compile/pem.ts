import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';

/** One block of a PEM text (RFC 7468). */
export interface PemBlock {
  /** As `CERTIFICATE`. */
  readonly label: string;
  /** The block itself from `-----BEGIN` to `-----END …-----`, with a line feed. */
  readonly text: string;
}

/** What Kubernetes lets a Secret hold. */
const MAX_BYTES = 1_048_576;

/**
 * Splits a PEM text into its blocks. Text between blocks is explanation (RFC 7468 §2) and left out; a block that
 * does not end, or ends under another label, is an error. Never puts any of the text into an error.
 */
export function parsePem(text: string): Result<PemBlock[], string> {
  if (text.length > MAX_BYTES) return err('it is larger than 1 MiB');
  const blocks: PemBlock[] = [];
  const begin = /-----BEGIN ([^-\r\n]*)-----/g;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const label = match[1] ?? '';
    const end = `-----END ${label}-----`;
    const at = text.indexOf('-----END ', begin.lastIndex);
    if (at < 0 || !text.startsWith(end, at)) return err('a PEM block does not end');
    const body = text.slice(begin.lastIndex, at);
    if (body.includes('-----BEGIN')) return err('a PEM block does not end');
    blocks.push({ label, text: `${text.slice(match.index, at)}${end}\n` });
    begin.lastIndex = at + end.length;
  }
  return ok(blocks);
}
