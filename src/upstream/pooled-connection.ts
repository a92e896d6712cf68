import type { Attempt, AttemptListener, AttemptRequest } from './attempt.ts';
import type { LiveEndpoint } from './endpoint.ts';

/** A connection to an endpoint as its pool knows it: of HTTP/1.1 for one request at a time, of HTTP/2 for many. */
export interface PooledConnection {
  readonly endpoint: LiveEndpoint;
  /** It can take a request now. */
  readonly idle: boolean;
  /** Monotonic milliseconds of the wheel when it last became idle. */
  idleSinceMs: number;
  /**
   * Sends a request head; a body follows by the attempt's `write` and `finish`. Only when idle or just made.
   *
   * @returns Null when a part must not be sent (the second lock of http2.md); nothing was sent then.
   */
  begin(listener: AttemptListener, request: AttemptRequest): Attempt | null;
  /** Nothing more is wanted of it: it closes, at once or as soon as nothing is under way on it. */
  close(): void;
}
