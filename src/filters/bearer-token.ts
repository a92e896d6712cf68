/** The token of a request and where it stands, or that there are several, of which nobody knows which counts. */
export type FoundToken =
  | { readonly kind: 'none' }
  | { readonly kind: 'several' }
  | { readonly kind: 'header'; readonly token: string }
  /** `rest`: the query without it, with its `?`, or empty. */
  | { readonly kind: 'query'; readonly token: string; readonly rest: string };

const NONE: FoundToken = { kind: 'none' };
const SEVERAL: FoundToken = { kind: 'several' };
const SCHEME = 'bearer';
const PARAMETER = 'access_token';

/**
 * Finds the bearer token of a request: in `authorization` (RFC 6750 §2.1; other schemes are none) or in the query
 * parameter `access_token` (§2.3). A request must use one of them, once (§2): whoever reads the other would trust
 * what was never verified.
 *
 * @param headers Flat list, lower-case names.
 * @param query With its `?`, or empty.
 */
export function findToken(headers: readonly string[], query: string): FoundToken {
  let found: FoundToken = NONE;
  let fields = 0;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== 'authorization') continue;
    if (++fields > 1) return SEVERAL;
    const value = headers[i + 1] as string;
    const after = value.charAt(SCHEME.length);
    if (after !== ' ' && after !== '\t') continue;
    if (value.slice(0, SCHEME.length).toLowerCase() !== SCHEME) continue;
    found = { kind: 'header', token: value.slice(SCHEME.length).trim() };
  }
  // Almost all queries have neither: an escaped name is a name too.
  if (!query.includes(PARAMETER) && !query.includes('%')) return found;
  const inQuery = findInQuery(query);
  if (inQuery.kind === 'none') return found;
  return found.kind === 'none' ? inQuery : SEVERAL;
}

function findInQuery(query: string): FoundToken {
  const rest: string[] = [];
  let token: string | null = null;
  for (const part of query.slice(1).split('&')) {
    const equals = part.indexOf('=');
    const name = equals === -1 ? part : part.slice(0, equals);
    if (name !== PARAMETER && decode(name) !== PARAMETER) {
      rest.push(part);
      continue;
    }
    if (token !== null) return SEVERAL;
    token = equals === -1 ? '' : part.slice(equals + 1);
  }
  if (token === null) return NONE;
  return { kind: 'query', token, rest: rest.length === 0 ? '' : `?${rest.join('&')}` };
}

function decode(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
