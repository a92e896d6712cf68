/** Longer texts are cut, so that a line stays bounded whatever a client sends. */
export const MAX_TEXT_LENGTH = 8192;

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const ESCAPED = /["\\]|[^\x20-\x7e]/g;

/**
 * A text as a JSON string of printable ASCII, quotes included. A latin1 text whose bytes are UTF-8 is read
 * as such, else each byte stands for the character of its number; what is not printable ASCII is escaped.
 * Cut after `MAX_TEXT_LENGTH` bytes.
 */
export function jsonText(latin1: string): string {
  const text = latin1.length > MAX_TEXT_LENGTH ? latin1.slice(0, MAX_TEXT_LENGTH) : latin1;
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${readUtf8(text).replace(ESCAPED, escapeUnit)}"`;
}

/** The text that UTF-8 bytes stand for; invalid ones leave it as it is. Above latin1 it is no bytes at all. */
function readUtf8(latin1: string): string {
  let high = false;
  for (let index = 0; index < latin1.length; index++) {
    const code = latin1.charCodeAt(index);
    if (code > 0xff) return latin1;
    if (code > 0x7f) high = true;
  }
  if (!high) return latin1;
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? latin1 : text;
}

function escapeUnit(unit: string): string {
  if (unit === '"') return '\\"';
  if (unit === '\\') return '\\\\';
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
