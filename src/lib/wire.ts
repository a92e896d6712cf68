import net from 'node:net';
import { TLSSocket } from 'node:tls';
import { latin1 } from './latin1.ts';

/**
 * What the receiver of a read may do with its bytes.
 *
 * - `BORROWED`: the worker's shared buffer. Parse, copy or write as text before the call returns.
 * - `LENT`: this wire's own buffer. May leave by reference, but the wire must not read on before it has left.
 * - `OWNED`: a buffer of its own. May leave by reference.
 */
export const BORROWED = 0;
export const LENT = 1;
export const OWNED = 2;
export type Lending = typeof BORROWED | typeof LENT | typeof OWNED;

const SHARED_BYTES = 64 * 1024;
const LENT_BYTES = 256 * 1024;
const EMPTY = Buffer.alloc(0);
/** Node writes a text of this many latin1 bytes from the stack, without a buffer on the heap. */
const TEXT_BYTES = 16 * 1024;
/** A part of a body of this size or more waits for others of its turn, and so many may wait. */
const GATHER_BYTES = 4 * 1024;
const GATHERED_BYTES = 128 * 1024;

/** The read buffers of one worker: one that all plain sockets share, and a bounded pool that bodies borrow from. */
export class ReadBuffers {
  readonly shared = Buffer.allocUnsafeSlow(SHARED_BYTES);
  readonly #free: Buffer[] = [];
  #made = 0;
  readonly #limit: number;

  /** @param limit Most lent buffers at once, 256 KiB each. */
  constructor(limit = 64) {
    this.#limit = limit;
  }

  lend(): Buffer | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made >= this.#limit) return null;
    this.#made++;
    return Buffer.allocUnsafeSlow(LENT_BYTES);
  }

  giveBack(buffer: Buffer): void {
    this.#free.push(buffer);
  }

  /** A lent buffer will not come back. */
  forget(): void {
    this.#made--;
  }
}

/** What Node's own write timeout looks at: bytes handed to libuv, and those of them that still wait. */
interface StreamHandle {
  readonly bytesWritten: number;
  readonly writeQueueSize: number;
}

/** How a socket of Node keeps what the option `onread` gave it. */
interface BorrowingSocket {
  readonly _handle: { useUserBuffer?(bytes: Uint8Array): void } | null;
  [key: symbol]: unknown;
}

/**
 * Lets a TLS socket read into `bytes`, as the option `onread` does for sockets that Node makes itself; a server's
 * TLS socket is made without it. Nothing happens where Node keeps these things in another way.
 *
 * @param callback As in `onread`: false stops reading.
 */
function readInto(socket: net.Socket, bytes: Buffer, callback: (count: number) => boolean): boolean {
  const own = socket as unknown as BorrowingSocket;
  const symbols = Object.getOwnPropertySymbols(own);
  const kBuffer = symbols.find(({ description }) => description === 'kBuffer');
  const kBufferCb = symbols.find(({ description }) => description === 'kBufferCb');
  const handle = own._handle;
  if (kBuffer === undefined || kBufferCb === undefined || handle?.useUserBuffer === undefined) return false;
  own[kBuffer] = bytes;
  own[kBufferCb] = callback;
  handle.useUserBuffer(bytes);
  return true;
}

/** Receives what happens on a wire. All calls come from the event loop, never from inside a call to the wire. */
export interface WireHandler {
  /** Bytes `[start, end)` of `bytes` were read. */
  onBytes(bytes: Buffer, start: number, end: number, lending: Lending): void;
  /** The peer has ended its side. */
  onEnd(): void;
  /** The socket is gone; `error` says why when it was not in order. Called once. */
  onClose(error: Error | null): void;
}

/**
 * A socket with borrowed reads and explicit flow control (DESIGN.md, the hot path). Sockets read into buffers
 * of the worker; TLS sockets into the shared one alone, since they cannot stop in the middle of a read.
 */
export class Wire {
  readonly socket: net.Socket;
  readonly #buffers: ReadBuffers;
  #handler: WireHandler;
  readonly #plain: boolean;
  #own: Buffer | null = null;
  #next: Buffer | undefined = undefined;
  #inRead = false;
  #gathering = false;
  #paused = false;
  /** What a TLS socket gave after it was paused: it decrypts a whole read, whoever waits. */
  #late: Buffer[] = [];
  /** The end of the peer's side comes behind that. */
  #endLate = false;
  #error: Error | null = null;

  private constructor(
    handler: WireHandler,
    buffers: ReadBuffers,
    make: (wire: Wire) => net.Socket,
    plain: boolean,
  ) {
    this.#handler = handler;
    this.#buffers = buffers;
    this.#plain = plain;
    const socket = make(this);
    this.socket = socket;
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('end', () => {
      if (this.#late.length > 0) this.#endLate = true;
      else this.#handler.onEnd();
    });
    socket.on('close', () => {
      this.#dropOwn();
      this.#handler.onClose(this.#error);
    });
  }

  /**
   * Takes over an accepted socket that nothing has read from (`pauseOnConnect`): its handle is wrapped anew,
   * because only a socket made with `onread` reads into a buffer of ours. Reading starts with `start()`.
   */
  static accept(accepted: net.Socket, handler: WireHandler, buffers: ReadBuffers): Wire {
    const handle = (accepted as unknown as { _handle: unknown })._handle;
    return new Wire(
      handler,
      buffers,
      (wire) => {
        const options = { handle, allowHalfOpen: true, onread: wire.#onread() };
        return new net.Socket(options as unknown as net.SocketConstructorOpts);
      },
      true,
    );
  }

  /** Opens a plain connection. The caller listens for `connect` on `socket`. */
  static connect(address: { host: string; port: number }, handler: WireHandler, buffers: ReadBuffers): Wire {
    return new Wire(
      handler,
      buffers,
      (wire) => net.connect({ ...address, noDelay: true, allowHalfOpen: true, onread: wire.#onread() }),
      true,
    );
  }

  /** Takes over a TLS socket, or a plain one that was read from already: that one delivers buffers of its own. */
  static adopt(socket: TLSSocket | net.Socket, handler: WireHandler, buffers: ReadBuffers): Wire {
    return new Wire(handler, buffers, () => socket, false);
  }

  /** From now on another one is told what happens. */
  handOver(handler: WireHandler): void {
    this.#handler = handler;
  }

  /** Starts reading. Not needed after `connect`. */
  start(): void {
    if (this.#plain) {
      this.socket.read(0);
    } else if (this.#borrowsTls()) {
      if (!this.#paused) this.socket.resume();
    } else {
      this.socket.on('data', (bytes: Buffer) => {
        this.#give(bytes, bytes.length, OWNED);
        if (this.#paused) this.socket.pause();
      });
      // One that was read from before stands still until it is told otherwise.
      if (!this.#paused) this.socket.resume();
    }
  }

  #borrowsTls(): boolean {
    const { socket } = this;
    if (!(socket instanceof TLSSocket) || socket.readableLength > 0 || socket.readableEnded) return false;
    const { shared } = this.#buffers;
    return readInto(socket, shared, (count) => {
      if (this.#paused || this.#late.length > 0) this.#late.push(Buffer.from(shared.subarray(0, count)));
      else this.#give(shared, count, BORROWED);
      return !this.#paused;
    });
  }

  #give(bytes: Buffer, count: number, lending: Lending): void {
    this.#inRead = true;
    this.#handler.onBytes(bytes, 0, count, lending);
    this.#inRead = false;
  }

  #onread(): { buffer: () => Buffer; callback: (count: number, buffer: Uint8Array) => boolean } {
    let first = true;
    return {
      // Called once for the first buffer, then after each read: nothing means the same buffer again.
      buffer: () => {
        if (first) {
          first = false;
          return this.#buffers.shared;
        }
        const next = this.#next;
        this.#next = undefined;
        return next as Buffer;
      },
      callback: (count, buffer) => {
        this.#give(buffer as Buffer, count, buffer === this.#own ? LENT : BORROWED);
        return !this.#paused;
      },
    };
  }

  /** No more reads until `resume()`. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    if (!this.#inRead) this.socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#inRead || this.socket.destroyed) return;
    if (this.#late.length > 0) this.#giveLate();
    else this.socket.resume();
  }

  #giveLate(): void {
    setImmediate(() => {
      while (!this.#paused && !this.socket.destroyed) {
        const bytes = this.#late.shift();
        if (bytes === undefined) {
          if (this.#endLate) this.#handler.onEnd();
          else this.socket.resume();
          return;
        }
        this.#give(bytes, bytes.length, OWNED);
      }
    });
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** From the next read on bytes come in a buffer of this wire's own, when one is free. Only inside `onBytes`. */
  borrowOwn(): void {
    if (!this.#plain || this.#own !== null || !this.#inRead) return;
    const own = this.#buffers.lend();
    if (own === null) return;
    this.#own = own;
    this.#next = own;
  }

  /**
   * Back to the shared buffer, when an own one was borrowed. Only inside `onBytes`.
   *
   * @param whenLeft Calls back when what was written by reference has left: then the buffer returns to the pool.
   */
  returnOwn(whenLeft: (callback: () => void) => void): void {
    const own = this.#own;
    if (own === null) return;
    this.#own = null;
    this.#next = this.#buffers.shared;
    whenLeft(() => this.#buffers.giveBack(own));
  }

  #dropOwn(): void {
    // What was written by reference may still wait in another socket: the buffer is left to the collector.
    if (this.#own === null) return;
    this.#own = null;
    this.#buffers.forget();
  }

  /** Writes text, latin1. */
  writeText(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Writes a text, bytes `[start, end)` behind it and a text at the end in as few system calls as can be. */
  writeAround(
    before: string,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    after: string,
  ): void {
    const length = end - start;
    if (length === 0) {
      this.socket.write(before + after, 'latin1');
    } else if (lending === BORROWED && length + before.length <= TEXT_BYTES) {
      this.socket.write(before + latin1(bytes, start, end) + after, 'latin1');
    } else {
      this.socket.cork();
      this.socket.write(before, 'latin1');
      this.#writeReference(bytes, start, end, lending);
      if (after !== '') this.socket.write(after, 'latin1');
      this.socket.uncork();
    }
  }

  /** Writes bytes; borrowed ones are copied. */
  writeBytes(bytes: Buffer, start: number, end: number, lending: Lending): void {
    if (lending === BORROWED && end - start <= TEXT_BYTES) {
      if (end - start >= GATHER_BYTES) this.#gather();
      this.socket.write(latin1(bytes, start, end), 'latin1');
    } else {
      this.#writeReference(bytes, start, end, lending);
    }
  }

  /** What is written in this turn of the loop leaves at its end, at once: TLS gives a body in parts of 16 KiB. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.socket.cork();
    setImmediate(() => {
      this.#gathering = false;
      this.socket.uncork();
    });
  }

  #writeReference(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const part = bytes.subarray(start, end);
    this.socket.write(lending === BORROWED ? Buffer.from(part) : part);
  }

  /** Everything written has been taken by the kernel, or will be tried at the end of this turn. */
  get drained(): boolean {
    const { writableLength } = this.socket;
    return writableLength === 0 || (this.#gathering && writableLength <= GATHERED_BYTES);
  }

  /** Bytes that the kernel has taken so far, also of a write that it took in part: a slow peer is seen to take some. */
  get acceptedBytes(): number {
    const { _handle: handle } = this.socket as unknown as { _handle: StreamHandle | null };
    return handle === null ? 0 : handle.bytesWritten - handle.writeQueueSize;
  }

  /** Calls back when everything written so far has left, or the socket is gone. */
  whenDrained(callback: () => void): void {
    if (this.socket.destroyed || this.socket.writableEnded) {
      if (this.socket.writableLength === 0 || this.socket.destroyed) callback();
      else this.socket.once('close', callback);
      return;
    }
    this.socket.write(EMPTY, () => callback());
  }

  /** Our side has not ended, and the socket is there. */
  get writable(): boolean {
    return this.socket.writable;
  }

  /** Ends our side in order, once: Node would make an error of a second time, with a stack. */
  end(): void {
    if (!this.socket.writableEnded) this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }
}
