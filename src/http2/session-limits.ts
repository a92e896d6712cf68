import type { BlockLimits } from './hpack/header-block.ts';

/** What a session takes from its peer (http2.md, Limits). Fields of heads count as `BlockLimits` tells. */
export interface SessionLimits extends BlockLimits {
  /** Streams open at once: of a server in its SETTINGS, of a client a bound beside that of its server. */
  readonly maxStreams: number;
  /** Streams on one connection, after which it is drained. */
  readonly maxTotalStreams: number;
  readonly streamWindowBytes: number;
  readonly connectionWindowBytes: number;
}

const SERVER: SessionLimits = {
  maxListBytes: 32 * 1024,
  maxFields: 100,
  maxCookieFields: 256,
  maxStreams: 100,
  maxTotalStreams: 10_000,
  streamWindowBytes: 64 * 1024,
  connectionWindowBytes: 1024 * 1024,
};

/** Heads as the HTTP/1.1 codec takes them from upstreams. */
const CLIENT: SessionLimits = {
  ...SERVER,
  maxListBytes: 64 * 1024,
  maxFields: 200,
  maxTotalStreams: 1_000_000,
};

/** As of the HTTP/1.1 codec (http1.md F4). */
export const TRAILER_LIMITS: BlockLimits = { maxListBytes: 8 * 1024, maxFields: 32, maxCookieFields: 0 };

/** The limits of a role. */
export function limitsFor(server: boolean): SessionLimits {
  return server ? SERVER : CLIENT;
}
