import { encodeCharacter, percentEncode } from '../lib/percent-encode.ts';
import { wireText } from '../lib/wire-text.ts';
import type { PrefixRewrite } from '../snapshot/virtual-host.ts';

/**
 * Replaces the matched prefix of a canonical path (httpproxy.md 1.4.8). A route of `/p` acts as two:
 * `/p/` becomes the replacement with one slash behind it, any other `/p` the replacement without (`/` when
 * that is empty). For the prefix `/` the text `/` itself is replaced.
 *
 * Characters of the replacement that no path may hold are percent-encoded, `?` too. The result begins with
 * `/`, and where the texts meet no dot segment arises: `/p` to `/` makes of `/p../x` not `/../x` but `/x`.
 *
 * @returns The path unchanged when it does not begin with the prefix.
 */
export function rewritePath(rewrite: PrefixRewrite, path: string): string {
  const replacement = encodeReplacement(rewrite.replacement);
  const prefix = withoutTrailingSlashes(rewrite.prefix);
  if (prefix === '') return rooted(replacement + path.slice(1));
  if (!path.startsWith(prefix)) return path;
  const bare = withoutTrailingSlashes(replacement);
  const rest = path.slice(prefix.length);
  return rest.startsWith('/') ? rooted(bare + rest) : rooted((bare === '' ? '/' : bare) + rest);
}

function encodeReplacement(text: string): string {
  return percentEncode(wireText(text)).replaceAll('?', encodeCharacter);
}

/** A loop, because a pattern for many slashes at the end takes quadratic time. */
function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x2f) end--;
  return text.slice(0, end);
}

/** With a slash in front and without dot segments (RFC 3986 §5.2.4). */
function rooted(text: string): string {
  const path = text.startsWith('/') ? text : `/${text}`;
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const isDots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!isDots) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}
