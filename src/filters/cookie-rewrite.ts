import { wireText } from '../lib/wire-text.ts';
import type { CookieRewrite as Config, CookieChange } from '../snapshot/filter.ts';
import type { Filter, FilterContext } from './filter.ts';
import { withoutBreaks } from './template.ts';

/** What becomes of one cookie. */
interface Change {
  /** Lower-case names of the attributes that go. */
  readonly removed: ReadonlySet<string>;
  /** Put behind all others, with the `;` before it. */
  readonly added: string;
}

/**
 * Changes attributes of cookies in `set-cookie` (httpproxy.md 1.4.7; RFC 6265 §5.2), whoever set them. Name and
 * value, attributes it does not know, and what is no cookie stay as they are.
 */
export class CookieRewrite implements Filter {
  readonly kind = 'cookie-rewrite';
  readonly #changes: ReadonlyMap<string, Change>;

  constructor({ cookies }: Config) {
    this.#changes = new Map(cookies.map((cookie) => [cookie.name, changeOf(cookie)]));
  }

  onResponse({ responseHeaders: headers }: FilterContext): void {
    for (let i = 0; i < headers.length; i += 2) {
      if (headers[i] === 'set-cookie') headers[i + 1] = this.#rewrite(headers[i + 1] as string);
    }
  }

  #rewrite(text: string): string {
    const [pair = '', ...attributes] = text.split(';');
    const equals = pair.indexOf('=');
    const change = equals < 0 ? undefined : this.#changes.get(trimBlanks(pair.slice(0, equals)));
    if (change === undefined) return text;
    let rewritten = pair;
    for (const attribute of attributes) {
      const name = attributeName(attribute);
      // Nothing between two semicolons, as some services write it, says nothing.
      if (name !== '' && !change.removed.has(name)) rewritten += `;${attribute}`;
    }
    return rewritten + change.added;
  }
}

function changeOf({ path, domain, secure, sameSite }: CookieChange): Change {
  const removed = new Set<string>();
  let added = '';
  const set = (name: string, value: string) => {
    // A browser takes the last of several: none may stay beside ours.
    removed.add(name.toLowerCase());
    added += `; ${name}=${attributeValue(value)}`;
  };
  if (path !== null) set('Path', path);
  if (domain !== null) set('Domain', domain);
  if (sameSite !== null) set('SameSite', sameSite);
  if (secure !== null) removed.add('secure');
  if (secure === true) added += '; Secure';
  return { removed, added };
}

/** What the compiler let pass; another attribute or field can never begin in it. */
function attributeValue(text: string): string {
  return withoutBreaks(wireText(text)).replaceAll(';', '');
}

/** Lower case, empty when the attribute has neither name nor value. */
function attributeName(attribute: string): string {
  const equals = attribute.indexOf('=');
  if (equals < 0) return trimBlanks(attribute).toLowerCase();
  return trimBlanks(attribute.slice(0, equals)).toLowerCase() || '=';
}

/** Without spaces and tabs at its ends: no others count (RFC 6265 §5.2). Linear, as `trim` is. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
