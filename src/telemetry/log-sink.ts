import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/**
 * Where the access log goes. One `write` at a time; it resolves when all bytes were taken and rejects when
 * some were not. After a rejection it may be called again: each sink tries to recover by itself.
 */
export interface LogSink {
  write(batches: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** A stream that is not ours to close, as `process.stdout`. Its errors (EPIPE) reject the write. */
export class StreamSink implements LogSink {
  readonly #stream: Writable;
  readonly #ignore = (): void => {};

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', this.#ignore);
  }

  write(batches: readonly Uint8Array[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(Buffer.concat(batches), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** An error that is still on its way has its listener: the stream keeps it. */
  async close(): Promise<void> {}
}

/** How often a file is looked at, whether it is still the one of its name. */
const LOOK_MS = 1000;

export interface FileSinkOptions {
  readonly path: string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * A file that is only appended to. When it was renamed or removed a new one is opened under the name, at
 * most a second later, so log rotation needs no signal. A file that cannot be opened is tried again then.
 */
export class FileSink implements LogSink {
  readonly #path: string;
  readonly #now: () => number;
  #file: FileHandle | null = null;
  #failure: unknown = null;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** The file ends inside a line, because a write failed half-way. */
  #torn = false;

  constructor(options: FileSinkOptions) {
    this.#path = options.path;
    this.#now = options.now;
  }

  async write(batches: readonly Uint8Array[]): Promise<void> {
    await this.#look();
    const file = this.#file;
    if (file === null) throw this.#failure;
    let rest = Buffer.concat(this.#torn ? [Buffer.from('\n'), ...batches] : batches);
    while (rest.length > 0) {
      const { bytesWritten } = await file.write(rest);
      if (bytesWritten > 0) this.#torn = rest[bytesWritten - 1] !== 0x0a;
      rest = rest.subarray(bytesWritten);
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #look(): Promise<void> {
    const now = this.#now();
    if (now - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = now;
    if (this.#file !== null && (await this.#isCurrent(this.#file))) return;
    try {
      await this.close();
      this.#file = await open(this.#path, 'a', 0o640);
      this.#torn = false;
    } catch (error) {
      this.#failure = error;
    }
  }

  async #isCurrent(file: FileHandle): Promise<boolean> {
    try {
      const [named, held] = await Promise.all([stat(this.#path), file.stat()]);
      return named.ino === held.ino && named.dev === held.dev;
    } catch {
      return false;
    }
  }
}
