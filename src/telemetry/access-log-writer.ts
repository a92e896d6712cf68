import { messageOf } from '../lib/error-message.ts';
import type { Logger } from '../lib/logger.ts';
import type { LogSink } from './log-sink.ts';

/** What may wait to be written; beyond it whole batches are dropped. */
export const MAX_WAITING_BYTES = 8 << 20;
/** At most so much goes into one write. */
const WRITE_BYTES = 1 << 20;
/** Trouble is reported at most so often. */
const REPORT_MS = 10_000;

export interface AccessLogStats {
  readonly writtenLines: number;
  readonly droppedLines: number;
  readonly waitingBytes: number;
}

export interface WriterOptions {
  readonly sink: LogSink;
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * The one writer of the access log, on the main thread. Batches are written in the order in which they came,
 * one write at a time. A sink that is slow or fails loses lines, which are counted; it never stops the gateway.
 */
export class AccessLogWriter {
  readonly #sink: LogSink;
  readonly #logger: Logger;
  readonly #now: () => number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writtenLines = 0;
  #droppedLines = 0;
  #writing: Promise<void> | null = null;
  #closed = false;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor(options: WriterOptions) {
    this.#sink = options.sink;
    this.#logger = options.logger;
    this.#now = options.now;
  }

  /** Takes over a batch of whole lines. Never throws. */
  write(batch: Uint8Array): void {
    if (this.#closed || this.#waitingBytes + batch.byteLength > MAX_WAITING_BYTES) {
      this.#drop([batch], this.#closed ? 'the log is closed' : 'the log is too slow');
      return;
    }
    this.#waiting.push(batch);
    this.#waitingBytes += batch.byteLength;
    this.#writing ??= this.#drain();
  }

  stats(): AccessLogStats {
    return {
      writtenLines: this.#writtenLines,
      droppedLines: this.#droppedLines,
      waitingBytes: this.#waitingBytes,
    };
  }

  /** Writes what waits, for `limitMs` at most, drops the rest, and closes the sink. */
  async close(limitMs: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(resolve, limitMs, 'late');
    const outcome = await Promise.race([this.#writing, late]);
    clearTimeout(timer);
    if (outcome === 'late') {
      this.#drop(this.#waiting, 'the log is too slow');
      this.#waiting = [];
      return;
    }
    await this.#sink.close().catch((error: unknown) => this.#report(`closing failed: ${messageOf(error)}`));
  }

  /** Batches in the sink's hands count as waiting until it has taken them. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batches = this.#take();
      try {
        await this.#sink.write(batches);
        for (const batch of batches) this.#writtenLines += countLines(batch);
      } catch (error) {
        this.#drop(batches, messageOf(error));
      }
      for (const batch of batches) this.#waitingBytes -= batch.byteLength;
    }
    this.#writing = null;
  }

  #take(): readonly Uint8Array[] {
    let bytes = 0;
    let count = 0;
    for (const batch of this.#waiting) {
      if (count > 0 && bytes + batch.byteLength > WRITE_BYTES) break;
      bytes += batch.byteLength;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #drop(batches: readonly Uint8Array[], reason: string): void {
    for (const batch of batches) this.#droppedLines += countLines(batch);
    this.#report(reason);
  }

  #report(reason: string): void {
    const now = this.#now();
    if (now - this.#reportedMs < REPORT_MS) return;
    this.#reportedMs = now;
    this.#logger.warn('access log: lines were dropped', { reason, droppedLines: this.#droppedLines });
  }
}

function countLines(batch: Uint8Array): number {
  let lines = 0;
  for (let at = batch.indexOf(0x0a); at !== -1; at = batch.indexOf(0x0a, at + 1)) lines++;
  return lines;
}
