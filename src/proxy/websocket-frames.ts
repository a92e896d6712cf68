/**
 * Follows the frames of a WebSocket in one direction without looking at payload (RFC 6455 §5.2), to know
 * whether a frame of our own may be put in: only between two frames.
 */
export class FrameFollower {
  #header = 0;
  #needed = 2;
  #have = 0;
  #length = 0n;
  #payloadLeft = 0n;
  #lost = false;

  /** Takes the next bytes of the stream. */
  push(bytes: Buffer, start: number, end: number): void {
    if (this.#lost) return;
    let at = start;
    while (at < end) {
      if (this.#payloadLeft > 0n) {
        const step = BigInt(end - at) < this.#payloadLeft ? end - at : Number(this.#payloadLeft);
        this.#payloadLeft -= BigInt(step);
        at += step;
      } else {
        this.#headerByte(bytes[at++] as number);
        if (this.#lost) return;
      }
    }
  }

  #headerByte(byte: number): void {
    const position = this.#have++;
    if (position === 0) {
      this.#length = 0n;
      this.#needed = 2;
    } else if (position === 1) {
      const short = byte & 0x7f;
      const mask = (byte & 0x80) === 0 ? 0 : 4;
      this.#header = short === 126 ? 4 : short === 127 ? 10 : 2;
      this.#needed = this.#header + mask;
      if (short < 126) this.#length = BigInt(short);
    } else if (position < this.#header) {
      this.#length = (this.#length << 8n) | BigInt(byte);
      if (this.#length > 0x7fffffffffffffffn) this.#lost = true;
    }
    if (this.#have < this.#needed || this.#have < 2) return;
    this.#have = 0;
    this.#payloadLeft = this.#length;
  }

  /** The stream stands between two frames. False when it cannot be known. */
  get betweenFrames(): boolean {
    return !this.#lost && this.#have === 0 && this.#payloadLeft === 0n;
  }
}

/** A close frame from the server: 1001, going away. */
export const GOING_AWAY = Buffer.from([0x88, 0x02, 0x03, 0xe9]);
