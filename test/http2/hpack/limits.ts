import type { BlockFault, BlockLimits, HeaderBlock } from '../../../src/http2/hpack/header-block.ts';

/** http2.md, Limits. */
export const LIMITS: BlockLimits = { maxListBytes: 32 * 1024, maxFields: 100, maxCookieFields: 256 };

/** All fields in one flat list, pseudo-fields first; a fault as its kind and text. */
export function listOf(block: HeaderBlock | BlockFault): readonly string[] | string {
  if (!block.ok) return `${block.kind}: ${block.detail}`;
  const { method, scheme, authority, path, protocol, status, headers } = block;
  const pseudo = Object.entries({ method, scheme, path, authority, protocol, status });
  return [...pseudo.flatMap(([name, value]) => (value === null ? [] : [`:${name}`, value])), ...headers];
}
