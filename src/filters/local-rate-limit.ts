import type { Clock } from '../lib/clock.ts';
import { getHeader } from '../lib/header-list.ts';
import { takeFromBucket } from '../limits/bucket.ts';
import { type GcraLimit, gcraLimit } from '../limits/gcra.ts';
import type { LocalRateLimit as Config } from '../snapshot/filter.ts';
import { bucketSlot } from '../snapshot/slot-names.ts';
import type { Cells } from '../workers/cells.ts';
import type { Answer, Filter } from './filter.ts';
import { mutableHeaders } from './header-mutation.ts';

/** Refuses requests for which the bucket, shared by all workers, has no token (rate-limits.md §10). */
export class LocalRateLimit implements Filter {
  readonly kind = 'local-rate-limit';
  readonly #config: Config;
  readonly #limit: GcraLimit;
  readonly #cells: Cells;
  readonly #clock: Clock;
  #slot: number;
  /** The last refusal and its `retry-after`, which most of a burst of refusals share. */
  #refusal: Answer | null = null;
  #refusalSeconds = -1;

  constructor(config: Config, deps: { readonly cells: Cells; readonly clock: Clock }) {
    this.#config = config;
    this.#limit = gcraLimit(config);
    this.#cells = deps.cells;
    this.#clock = deps.clock;
    this.#slot = deps.cells.slot(bucketSlot(config.bucket));
  }

  onRequest(): Answer | undefined {
    // Not known yet when the table was made: asked again, and refused as long as it is unknown.
    if (this.#slot < 0) this.#slot = this.#cells.slot(bucketSlot(this.#config.bucket));
    const waitMs = takeFromBucket(this.#cells, this.#slot, this.#limit, this.#clock.now());
    return waitMs === 0 ? undefined : this.#refuse(waitMs);
  }

  /** `retry-after` in whole seconds, rounded up (rate-limits.md §9), unless the user set one or none is known. */
  #refuse(waitMs: number): Answer {
    const seconds = Number.isFinite(waitMs) ? Math.ceil(waitMs / 1000) : 0;
    if (this.#refusal !== null && this.#refusalSeconds === seconds) return this.#refusal;
    const headers = mutableHeaders(this.#config.headers);
    if (seconds > 0 && getHeader(headers, 'retry-after') === undefined)
      headers.push('retry-after', `${seconds}`);
    this.#refusalSeconds = seconds;
    this.#refusal = {
      status: this.#config.status,
      headers,
      body: '',
      error: 'http_request_denied',
      flags: 'RL',
    };
    return this.#refusal;
  }
}
