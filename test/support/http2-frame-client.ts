import { once } from 'node:events';
import tls from 'node:tls';
import { errorName } from '../../src/http2/errors.ts';
import { FRAME, PREFACE } from '../../src/http2/frame.ts';
import { HpackDecoder } from '../../src/http2/hpack/decoder.ts';
import { ACK, END_STREAM, frame, settings } from '../http2/frames.ts';
import { cutFrames, fragmentOf, type PlainFrame } from '../http2/hpack/frames-by-hand.ts';
import { testAuthority } from './tls.ts';

const LIMITS = { maxListBytes: 1 << 20, maxFields: 1000, maxCookieFields: 1000 };
const NAMES = Object.fromEntries(Object.entries(FRAME).map(([name, type]) => [type, name]));

/**
 * What a server did next, as a short text: `settings`, `settings ack`, `ping ack 0102030405060708`, `headers 1 200`,
 * `headers 1 200 end`, `data 1 12 end`, `rstStream 1 PROTOCOL_ERROR`, `goAway NO_ERROR`, `windowUpdate 0`, `closed`.
 */
export type Seen = string;

/** A client of HTTP/2 over TLS that sends whatever bytes it is given and tells frame by frame what comes back. */
export class FrameClient {
  readonly #socket: tls.TLSSocket;
  readonly #decoder = new HpackDecoder();
  #rest: Buffer = Buffer.alloc(0);
  readonly #seen: Seen[] = [];
  #next = 0;
  #wake: (() => void) | null = null;

  private constructor(socket: tls.TLSSocket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', () => {});
    socket.on('close', () => this.#note('closed'));
  }

  /** Connects to loopback with ALPN `h2`; nothing is sent yet. @param name Of the server, for its certificate. */
  static async connect(port: number, name: string): Promise<FrameClient> {
    const { certificate } = await testAuthority();
    const connection = { host: '127.0.0.1', port, servername: name, ca: certificate, ALPNProtocols: ['h2'] };
    const socket = tls.connect(connection);
    await once(socket, 'secureConnect');
    if (socket.alpnProtocol !== 'h2') throw new Error('the server does not take h2 by ALPN');
    socket.setNoDelay(true);
    return new FrameClient(socket);
  }

  /** Sends the preface and SETTINGS, and waits until both sides have acknowledged. */
  async handshake(): Promise<void> {
    this.send(Buffer.concat([PREFACE, settings([4, 65_535])]));
    await this.until('SETTINGS', (seen) => seen === 'settings');
    this.send(frame(FRAME.settings, ACK, 0));
    await this.until('SETTINGS ACK', (seen) => seen === 'settings ack');
  }

  send(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  /**
   * Takes what comes, in order, until something matches.
   *
   * @throws {Error} When the connection closes before, or nothing comes for five seconds.
   */
  async until(what: string, matches: (seen: Seen) => boolean): Promise<Seen> {
    const timeout = AbortSignal.timeout(5000);
    for (;;) {
      const seen = this.#seen[this.#next];
      if (seen !== undefined) {
        this.#next++;
        if (matches(seen)) return seen;
        if (seen !== 'closed') continue;
      }
      if (seen === 'closed' || timeout.aborted) {
        throw new Error(`expected ${what}, saw ${this.#seen.join(', ')}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timeout.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #take(bytes: Buffer): void {
    const { frames, rest } = cutFrames(Buffer.concat([this.#rest, bytes]));
    this.#rest = rest;
    for (const one of frames) this.#note(this.#text(one));
  }

  #note(seen: Seen): void {
    this.#seen.push(seen);
    this.#wake?.();
  }

  #text(one: PlainFrame): Seen {
    const { type, flags, streamId, payload } = one;
    const name = NAMES[type] ?? `type${type}`;
    const end = flags & END_STREAM ? ' end' : '';
    switch (type) {
      case FRAME.headers: {
        const fragment = fragmentOf(one);
        const block = this.#decoder.decode(fragment, 0, fragment.length, LIMITS);
        return `${name} ${streamId} ${block.ok ? (block.status ?? 'trailers') : block.detail}${end}`;
      }
      case FRAME.data:
        return `${name} ${streamId} ${payload.length}${end}`;
      case FRAME.rstStream:
        return `${name} ${streamId} ${errorName(payload.readUInt32BE())}`;
      case FRAME.goAway:
        return `${name} ${errorName(payload.readUInt32BE(4))}`;
      case FRAME.windowUpdate:
        return `${name} ${streamId}`;
      case FRAME.ping:
        return `${name}${flags & ACK ? ' ack' : ''} ${payload.toString('hex')}`;
      default:
        return flags & ACK ? `${name} ack` : name;
    }
  }
}
