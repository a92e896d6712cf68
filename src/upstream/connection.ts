import { BodyReader } from '../http1/body-reader.ts';
import { CHUNKED, type ResponseHead, UNTIL_CLOSE } from '../http1/message.ts';
import { parseResponseHead } from '../http1/response-head.ts';
import { chunkHead, LAST_CHUNK } from '../http1/write.ts';
import { ByteStash } from '../lib/byte-stash.ts';
import { getHeader } from '../lib/header-list.ts';
import { Timed } from '../lib/timer-wheel.ts';
import { BORROWED, type Lending, OWNED, type Wire, type WireHandler } from '../lib/wire.ts';
import type { ProxyErrorCode } from '../snapshot/error-codes.ts';
import { endpointName } from '../snapshot/upstream.ts';
import { UPSTREAM_CELL } from '../workers/cells.ts';
import type { Attempt, AttemptListener, AttemptRequest } from './attempt.ts';
import { connectWire, countClosed } from './connect.ts';
import type { LiveEndpoint } from './endpoint.ts';
import type { PooledConnection } from './pooled-connection.ts';
import {
  badResponse,
  CONNECT_TIMEOUT,
  connectError,
  incomplete,
  type ProxyError,
  reset,
} from './proxy-error.ts';

type State = 'connecting' | 'idle' | 'busy' | 'closed';
const MAX_HEAD_BYTES = 64 * 1024;
const MAX_FIELDS = 200;
const NOTHING = Buffer.alloc(0);

/** One HTTP/1.1 connection to an endpoint: carries one exchange at a time and is pooled between them. */
export class UpstreamConnection extends Timed implements Attempt, PooledConnection {
  readonly endpoint: LiveEndpoint;
  readonly #wire: Wire;
  #state: State = 'connecting';
  #listener: AttemptListener | null = null;
  /** Has the wire after a switch of protocols. */
  #tunnel: WireHandler | null = null;
  #method = '';
  #upgrade = false;
  #webSocketAccept: string | null = null;
  /** Of the response under way, once it is there: its body follows. */
  #head: ResponseHead | null = null;
  readonly #body = new BodyReader();
  readonly #partial = new ByteStash();
  #requestChunked = false;
  #requestLeft = 0;
  #requestDone = true;
  #responseBegun = false;
  #exchanges = 0;
  #localAddress = '';
  #ended = false;
  /** Monotonic milliseconds of the wheel when it last became idle. */
  idleSinceMs = 0;
  /** Milliseconds that the upstream keeps an idle connection, by its own word; 0: it did not say. */
  #upstreamKeepsMs = 0;

  constructor(endpoint: LiveEndpoint) {
    super();
    this.endpoint = endpoint;
    const handler: WireHandler = {
      onBytes: (bytes, start, end, lending) => {
        if (this.#tunnel === null) this.#onBytes(bytes, start, end, lending);
        else this.#tunnel.onBytes(bytes, start, end, lending);
      },
      onEnd: () => {
        if (this.#tunnel === null) this.#onEnd();
        else this.#tunnel.onEnd();
      },
      onClose: (error) => {
        this.#onClose(error);
        this.#tunnel?.onClose(error);
      },
    };
    this.#wire = connectWire(endpoint, handler, () => this.#onConnect());
    const { runtime, upstream } = endpoint.pool;
    runtime.wheel.schedule(this, upstream.connectTimeoutMs);
  }

  /** The exchange under way is not the first on it. */
  get reused(): boolean {
    return this.#exchanges > 1;
  }

  /** On a reused connection nothing but a retry that the method allows could follow. */
  get committed(): boolean {
    return this.#exchanges > 1;
  }

  get idle(): boolean {
    return this.#state === 'idle';
  }

  /** Local address of the socket, for the log. */
  get localAddress(): string {
    if (this.#localAddress === '') {
      const { localAddress, localPort } = this.#wire.socket;
      if (localAddress !== undefined)
        this.#localAddress = endpointName({ address: localAddress, port: localPort ?? 0 });
    }
    return this.#localAddress;
  }

  /** Sends a request head; a body follows by `write` and `finish`. Only when idle or just made. */
  begin(listener: AttemptListener, request: AttemptRequest): Attempt {
    if (this.#state === 'idle') {
      this.#state = 'busy';
      this.endpoint.pool.runtime.events.upstreamReuse();
    }
    this.#exchanges++;
    this.#listener = listener;
    this.#method = request.method;
    this.#upgrade = request.upgrade;
    this.#webSocketAccept = request.webSocketAccept ?? null;
    this.#head = null;
    this.#responseBegun = false;
    this.#requestChunked = request.bodyLength === CHUNKED;
    this.#requestLeft = request.bodyLength;
    this.#requestDone = request.bodyLength === 0;
    this.#wire.writeText(request.head);
    return this;
  }

  /** Sends body bytes. @returns Whether more may follow at once; else `onWritable` tells. */
  write(bytes: Buffer, start: number, end: number, lending: Lending): boolean {
    if (start === end) return true;
    if (this.#requestChunked) {
      this.#wire.writeAround(chunkHead(end - start), bytes, start, end, lending, '\r\n');
    } else {
      this.#requestLeft -= end - start;
      this.#wire.writeBytes(bytes, start, end, lending);
    }
    if (this.#wire.drained) return true;
    const listener = this.#listener;
    this.#wire.whenDrained(() => {
      if (listener === this.#listener && this.#state !== 'closed') listener?.onWritable();
    });
    return false;
  }

  /** Calls back when all request bytes given so far have left. */
  whenDrained(callback: () => void): void {
    this.#wire.whenDrained(callback);
  }

  /** The request is complete; trailers are not forwarded (http1.md F1). */
  finish(_trailers: readonly string[] | null): void {
    if (this.#requestDone) return;
    if (this.#requestChunked) this.#wire.writeText(LAST_CHUNK);
    this.#requestDone = this.#requestChunked || this.#requestLeft === 0;
  }

  /** No more of the response until `resume()`. */
  pause(): void {
    this.#wire.pause();
  }

  resume(): void {
    this.#wire.resume();
  }

  /** Gives the attempt up; the listener hears nothing more. No last chunk is written. */
  abort(): void {
    this.#listener = null;
    this.#state = 'closed';
    this.#wire.destroy();
  }

  /** Closes an idle connection. At once out of the stack: a request that comes in this turn must not take it. */
  close(): void {
    this.#state = 'closed';
    this.endpoint.forget(this);
    this.#wire.destroy();
  }

  override onDeadline(nowMs: number): void {
    const { runtime, upstream } = this.endpoint.pool;
    if (this.#state === 'connecting') {
      this.#fail(CONNECT_TIMEOUT);
    } else if (this.#state === 'idle' || this.#state === 'busy') {
      const keepMs = this.#keepMs(upstream.idleConnectionMs);
      const restMs = this.#state === 'busy' ? keepMs : this.idleSinceMs + keepMs - nowMs;
      if (restMs <= 0) this.close();
      else runtime.wheel.schedule(this, Math.max(restMs, 20));
    }
  }

  /** Shorter than what the upstream keeps, so that it never closes under our request (availability.md). */
  #keepMs(configuredMs: number): number {
    if (this.#upstreamKeepsMs === 0) return configuredMs;
    return Math.min(configuredMs, Math.max(this.#upstreamKeepsMs - 1000, 0));
  }

  #onConnect(): void {
    if (this.#state !== 'connecting') return;
    this.endpoint.connected();
    const { runtime, upstream } = this.endpoint.pool;
    runtime.wheel.schedule(this, Math.max(upstream.idleConnectionMs, 20));
    if (this.#listener === null) {
      this.#wire.destroy();
      return;
    }
    this.#state = 'busy';
  }

  #onBytes(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const listener = this.#listener;
    if (this.#state !== 'busy' || listener === null) {
      // Bytes that nobody asked for would become the next user's answer (http1.md, last section).
      this.#surplus(end - start);
      this.close();
      return;
    }
    this.#responseBegun = true;
    if (this.#head === null) this.#onHeadBytes(listener, bytes, start, end, lending);
    else this.#onBodyBytes(listener, bytes, start, end, lending, null);
  }

  #onHeadBytes(listener: AttemptListener, bytes: Buffer, start: number, end: number, lending: Lending): void {
    let from = bytes;
    let at = start;
    let to = end;
    let scanned = this.#partial.length;
    if (scanned > 0) {
      this.#partial.add(bytes, start, end);
      from = this.#partial.bytes;
      at = 0;
      to = this.#partial.length;
    }
    for (;;) {
      const head = parseResponseHead(from, at, to, scanned, {
        maxBytes: MAX_HEAD_BYTES,
        maxFields: MAX_FIELDS,
        requestMethod: this.#method,
        upgradeRequested: this.#upgrade,
      });
      scanned = 0;
      if (head === null) {
        if (from === bytes) this.#partial.add(bytes, at, to);
        else if (at > 0) this.#partial.shift(at);
        return;
      }
      if (!head.ok) {
        this.#fail(badResponse(head.error as ProxyErrorCode, head.detail));
        return;
      }
      if (head.status === 101) {
        this.#switch(listener, head, Buffer.from(from.subarray(head.end, to)));
        return;
      }
      if (head.status >= 200) {
        // What lies in the stash may leave by reference: it is given up here.
        const rest = from === bytes ? lending : OWNED;
        if (from !== bytes) this.#partial.clear();
        this.#head = head;
        this.#body.begin(head.bodyLength);
        if (head.keepAliveMs > 0) this.#upstreamKeepsMs = head.keepAliveMs;
        this.#onBodyBytes(listener, from, head.end, to, rest, head);
        return;
      }
      listener.onInterim(head);
      if (this.#listener !== listener) return;
      at = head.end;
    }
  }

  /** @param head Not null: nothing of the response was given to the listener yet. */
  #onBodyBytes(
    listener: AttemptListener,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    head: ResponseHead | null,
  ): void {
    const body = this.#body;
    const state = body.read(bytes, start, end);
    if (state === 'refused') {
      this.#fail(badResponse('http_protocol_error', body.refusal?.detail ?? 'bad chunk'));
      return;
    }
    const done = state === 'done';
    if (!done && body.large) this.#wire.borrowOwn();
    const { bodyStart, bodyEnd } = body;
    const surplus = done ? end - body.next : 0;
    if (surplus > 0) this.#surplus(surplus);
    if (head !== null) listener.onResponse(head, bytes, bodyStart, bodyEnd, lending, done);
    else if (bodyStart < bodyEnd || done) listener.onBody(bytes, bodyStart, bodyEnd, lending, done);
    if (done) this.#done(listener, surplus === 0);
  }

  /** Back to the pool, if the exchange was clean (http1.md, last section, 1). */
  #done(listener: AttemptListener, clean: boolean): void {
    if (this.#state === 'closed') return;
    this.#wire.returnOwn((callback) => listener.whenBodyLeft(callback));
    // The listener may have given up, or left, while it was told.
    if (this.#listener === listener) this.#listener = null;
    const reusable =
      clean &&
      this.#requestDone &&
      !this.#ended &&
      this.#head?.keepAlive === true &&
      !this.#upgrade &&
      this.#keepMs(1) > 0;
    if (!reusable || this.endpoint.gone || this.endpoint.pool.upstream.idleConnectionMs === 0) {
      this.#state = 'closed';
      this.#wire.destroy();
      return;
    }
    this.#state = 'idle';
    this.#wire.resume();
    const { wheel } = this.endpoint.pool.runtime;
    // Looked at when due, and then anew; only an upstream that keeps connections for less moves it forward.
    const keepMs = this.#keepMs(this.endpoint.pool.upstream.idleConnectionMs);
    if (this.atMs > wheel.now + keepMs) wheel.schedule(this, keepMs);
    this.endpoint.release(this);
  }

  #switch(listener: AttemptListener, head: ResponseHead, rest: Buffer): void {
    const accept = this.#webSocketAccept;
    if (accept !== null && getHeader(head.headers, 'sec-websocket-accept') !== accept) {
      this.#fail(badResponse('http_upgrade_failed', 'sec-websocket-accept does not fit the key'));
      return;
    }
    this.#partial.clear();
    this.#listener = null;
    const { runtime } = this.endpoint.pool;
    runtime.wheel.cancel(this);
    this.#tunnel = listener.onSwitch(head, this.#wire, rest);
  }

  #surplus(bytes: number): void {
    const { runtime, slot } = this.endpoint.pool;
    runtime.cells.add(slot, UPSTREAM_CELL.surplusBytes, bytes);
    runtime.events.surplus(bytes);
  }

  #fail(error: ProxyError): void {
    const listener = this.#listener;
    this.#listener = null;
    if (this.#state === 'connecting') this.endpoint.connectFailed(error);
    this.#state = 'closed';
    this.#wire.destroy();
    listener?.onFailure(error);
  }

  #onEnd(): void {
    this.#ended = true;
    const listener = this.#listener;
    if (this.#state === 'busy' && listener !== null && this.#head?.bodyLength === UNTIL_CLOSE) {
      listener.onBody(NOTHING, 0, 0, BORROWED, true);
      this.#done(listener, true);
    } else if (this.#state === 'busy' && listener !== null) {
      this.#fail(
        this.#responseBegun ? incomplete('ended early') : reset(this.reused, 'ended before the response'),
      );
    } else {
      this.close();
    }
  }

  #onClose(error: Error | null): void {
    const { pool } = this.endpoint;
    countClosed(this.endpoint);
    pool.runtime.wheel.cancel(this);
    const state = this.#state;
    const listener = this.#listener;
    this.#state = 'closed';
    this.#listener = null;
    this.endpoint.forget(this);
    pool.connectionClosed(this.endpoint);
    if (listener === null) return;
    if (state === 'connecting') {
      const failure = connectError(error);
      this.endpoint.connectFailed(failure);
      listener.onFailure(failure);
    } else {
      const detail = error?.message ?? 'closed';
      listener.onFailure(this.#responseBegun ? incomplete(detail) : reset(this.reused, detail));
    }
  }
}
