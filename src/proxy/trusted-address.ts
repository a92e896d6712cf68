import { getHeader } from '../lib/header-list.ts';

/**
 * The address of the client as far as it can be believed: the entry of `x-forwarded-for` that the outermost of
 * `trustedHops` proxies before us wrote (httpproxy.md part 0). A list with fewer entries did not come through
 * them: then it is the address of whoever connected.
 *
 * @param headers With the gateway's own entry at the end of `x-forwarded-for`.
 * @param trustedHops At least 1.
 * @returns Without port; a text that is no address when that proxy wrote such.
 */
export function trustedAddress(
  headers: readonly string[],
  { trustedHops, connected }: { readonly trustedHops: number; readonly connected: string },
): string {
  const list = getHeader(headers, 'x-forwarded-for') ?? '';
  let end = list.length;
  for (let hop = 0; hop < trustedHops; hop++) {
    end = end <= 0 ? -1 : list.lastIndexOf(',', end - 1);
    if (end < 0) return connected;
  }
  // A comma at index -1 stands before the first entry.
  const start = end === 0 ? 0 : list.lastIndexOf(',', end - 1) + 1;
  return withoutPort(list.slice(start, end).trim());
}

/** Some proxies write `address:port` or `[address]:port`. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    return close < 0 ? text : text.slice(1, close);
  }
  const colon = text.indexOf(':');
  return colon < 0 || text.includes(':', colon + 1) ? text : text.slice(0, colon);
}
