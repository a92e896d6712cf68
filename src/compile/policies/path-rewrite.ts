import type { PathMatch } from '../../snapshot/match.ts';
import type { PrefixRewrite } from '../../snapshot/virtual-host.ts';
import type { PathRewriteSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import { encodePathText } from './header-text.ts';

/**
 * Compiles `pathRewritePolicy.replacePrefix` (httpproxy.md 1.4.8): the item of exactly the merged prefix, else
 * the one without a prefix, else no rewrite.
 *
 * @returns null for no rewrite, or when an error was reported.
 */
export function compilePathRewrite(
  policy: PathRewriteSpec | null | undefined,
  { path, place }: { path: PathMatch; place: Place },
): PrefixRewrite | null {
  const items = policy?.replacePrefix ?? [];
  if (items.length === 0) return null;
  if (path.kind !== 'prefix') {
    place.error(
      'PrefixReplaceError/MustHavePrefix',
      `the route matches by ${path.kind}; only a prefix can be replaced`,
    );
    return null;
  }
  const seen = new Set<string>();
  for (const [index, { prefix = '' }] of items.entries()) {
    if (seen.has(prefix)) {
      const at = place.at(`replacePrefix[${index}]`);
      if (prefix === '') {
        at.error('PrefixReplaceError/AmbiguousReplacement', 'a second item has no prefix; keep one');
      } else {
        at.error(
          'PrefixReplaceError/DuplicateReplacement',
          `a second item has the prefix ${JSON.stringify(prefix)}; keep one`,
        );
      }
      return null;
    }
    seen.add(prefix);
  }
  const item = items.find(({ prefix }) => prefix === path.value) ?? items.find(({ prefix }) => !prefix);
  return item === undefined
    ? null
    : { prefix: path.value, replacement: encodePathText(item.replacement ?? '') };
}
