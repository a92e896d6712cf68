import { LinearRegex } from '../lib/linear-regex.ts';
import type { PathMatch } from '../snapshot/match.ts';

/**
 * Compiles the path condition of one route on its own (httpproxy.md 1.4.1, ingress.md 4.1), without any
 * index: exact text, RE2 pattern of the whole path, prefix of the text, or prefix of whole segments, where
 * `/a` and `/a/` are the same and `/` fits everything.
 */
export function compilePathMatch(match: PathMatch): (path: string) => boolean {
  const { kind } = match;
  switch (kind) {
    case 'exact':
      return (path) => path === match.value;
    case 'regex': {
      const regex = new LinearRegex(match.pattern);
      return (path) => regex.matches(path);
    }
    case 'prefix':
      return (path) => path.startsWith(match.value);
    case 'segment': {
      const text = segmentText(match.value);
      return (path) => path.startsWith(text) && endsSegment(path, text.length);
    }
    default:
      return kind satisfies never;
  }
}

/** A segment prefix without its trailing slash: `/a/` gives `/a`, `/` nothing. */
export function segmentText(value: string): string {
  return value.endsWith('/') ? value.slice(0, -1) : value;
}

/** Whether a segment of `path` ends at `position`. */
export function endsSegment(path: string, position: number): boolean {
  return path.length === position || path.charCodeAt(position) === 0x2f;
}
