const NOTHING = Buffer.alloc(0);

/** Bytes that must wait, in one buffer that grows by doubling, so that a drip costs no more than a flood. */
export class ByteStash {
  #buffer: Buffer = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The bytes lie in `[0, length)`. Valid until the next call. */
  get bytes(): Buffer {
    return this.#buffer;
  }

  /** Copies bytes in. */
  add(bytes: Buffer, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (this.#buffer.length < needed) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2, 1024));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    bytes.copy(this.#buffer, this.#length, start, end);
    this.#length = needed;
  }

  /** Takes bytes over by reference, in place of what was there: nobody else may write to them. */
  adopt(bytes: Buffer, start: number, end: number): void {
    this.#buffer = bytes.subarray(start, end);
    this.#length = end - start;
  }

  /** Drops the first `count` bytes. */
  shift(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  clear(): void {
    this.#buffer = NOTHING;
    this.#length = 0;
  }

  /** Gives the bytes away. */
  take(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.clear();
    return bytes;
  }
}
