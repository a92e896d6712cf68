import { isToken, trimOws } from './fields.ts';

/** More members than this in one list are a fault: what reads them compares each with each. */
const MAX_MEMBERS = 64;

/**
 * Reads a list of tokens (`Connection`, `Upgrade`), lower case; empty members are skipped. RFC 9110 §5.6.1.
 *
 * @returns null if a member is not a token, or if there are more than 64.
 */
export function parseTokenList(text: string): string[] | null {
  const members: string[] = [];
  let start = 0;
  while (start <= text.length) {
    const comma = text.indexOf(',', start);
    const end = comma < 0 ? text.length : comma;
    const member = trimOws(text.slice(start, end));
    if (member !== '') {
      if (!isToken(member) || members.length === MAX_MEMBERS) return null;
      members.push(member.toLowerCase());
    }
    start = end + 1;
  }
  return members;
}

/** Tells whether `te` asks for trailers; its other members mean nothing to us. http1.md G7. */
export function asksForTrailers(te: string): boolean {
  return te.split(',').some((member) => trimOws(member).toLowerCase() === 'trailers');
}
