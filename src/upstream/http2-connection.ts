import { TLSSocket } from 'node:tls';
import type { ResponseHead } from '../http1/message.ts';
import { type ConnectionFault, ERROR, errorName } from '../http2/errors.ts';
import { Http2Session } from '../http2/session.ts';
import type { ResetBy, SessionListener } from '../http2/session-listener.ts';
import type { Http2Stream } from '../http2/stream.ts';
import { Timed } from '../lib/timer-wheel.ts';
import type { Lending, Wire, WireHandler } from '../lib/wire.ts';
import { endpointName } from '../snapshot/upstream.ts';
import type { Attempt, AttemptListener, AttemptRequest } from './attempt.ts';
import { connectWire, countClosed } from './connect.ts';
import type { LiveEndpoint } from './endpoint.ts';
import { type AttemptHost, Http2Attempt } from './http2-attempt.ts';
import type { PooledConnection } from './pooled-connection.ts';
import {
  badResponse,
  CONNECT_TIMEOUT,
  connectError,
  incomplete,
  noHttp2,
  type ProxyError,
  refused,
  reset,
} from './proxy-error.ts';

type Stream = Http2Stream<Http2Attempt>;

/** Of servers only. */
const NO_RULES = { mergeSlashes: false, secure: false, trustsScheme: false };
/** A connection on which nothing came for so long, while a request waited in vain, gets no more of them. */
const SILENT_MS = 1000;

/**
 * One HTTP/2 connection to an endpoint: a stream for each request, as many at once as the upstream allows. It
 * stands in its endpoint's list from its beginning, takes requests while it is being opened, and leaves the list
 * when it takes no more: then open streams finish, and it closes.
 */
export class Http2UpstreamConnection
  extends Timed
  implements WireHandler, SessionListener<Http2Attempt>, PooledConnection, AttemptHost
{
  readonly endpoint: LiveEndpoint;
  readonly session: Http2Session<Http2Attempt>;
  readonly #wire: Wire;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Takes no more requests. */
  #leaving = false;
  #reading = false;
  #outputDue = false;
  /** Of this read: its head waits for the first bytes of its body. */
  #headed: Http2Attempt | null = null;
  #connectFailure: ProxyError | null = null;
  /** When bytes came last. */
  #readMs: number;
  idleSinceMs: number;

  constructor(endpoint: LiveEndpoint) {
    super();
    this.endpoint = endpoint;
    const { pool } = endpoint;
    const { wheel, outputBuffers } = pool.runtime;
    this.idleSinceMs = wheel.now;
    this.#readMs = wheel.now;
    this.session = new Http2Session(this, {
      server: false,
      buffers: outputBuffers,
      rules: NO_RULES,
      streamsBeforeSettings: pool.streamsAllowed,
    });
    this.session.open();
    this.#wire = connectWire(endpoint, this, () => this.#onConnect());
    wheel.schedule(this, pool.upstream.connectTimeoutMs);
  }

  /** Another stream can be opened on it. */
  get idle(): boolean {
    return !this.#leaving && this.session.canOpen;
  }

  get localAddress(): string {
    const { localAddress, localPort } = this.#wire.socket;
    if (localAddress === undefined) return '';
    return endpointName({ address: localAddress, port: localPort ?? 0 });
  }

  begin(listener: AttemptListener, request: AttemptRequest): Attempt | null {
    const { fields, bodyLength } = request;
    if (fields === null) throw new Error('an HTTP/2 upstream needs the fields of a request, not its text');
    const reused = this.session.totalStreams > 0 && this.#state === 'open';
    const attempt = new Http2Attempt(this, listener, { requestDone: bodyLength === 0, reused });
    const stream = this.session.request(fields, attempt, bodyLength === 0);
    if (stream === null) return null;
    attempt.opened(stream);
    if (reused) this.endpoint.pool.runtime.events.upstreamReuse();
    return attempt;
  }

  /** Open streams finish, then it closes. */
  close(): void {
    this.#leave();
    this.session.goAway();
    if (this.session.openStreams === 0) this.#finish();
  }

  /** It may be that nobody is there any more: others had better try another connection. */
  gaveUp(sinceMs: number): void {
    const { wheel } = this.endpoint.pool.runtime;
    if (this.#readMs <= sinceMs && wheel.now - sinceMs >= SILENT_MS) this.#leave();
  }

  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.endpoint.forget(this);
  }

  // --- reading

  #onConnect(): void {
    const { socket } = this.#wire;
    if (this.#state !== 'connecting') return;
    if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') {
      this.#failConnect(noHttp2(socket.alpnProtocol || 'nothing'));
      return;
    }
    this.#state = 'open';
    this.#readMs = this.endpoint.pool.runtime.wheel.now;
    this.endpoint.connected();
    this.#scheduleCheck();
    this.#endTurn();
  }

  onBytes(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const { wheel } = this.endpoint.pool.runtime;
    this.#readMs = wheel.now;
    this.#reading = true;
    this.session.read(bytes, start, end, lending, wheel.now);
    this.#giveHead();
    this.#reading = false;
    this.#endTurn();
  }

  #giveHead(): void {
    const headed = this.#headed;
    this.#headed = null;
    headed?.giveHead();
  }

  onInterim({ owner }: Stream, head: ResponseHead): void {
    owner?.onInterim(head);
  }

  onResponse({ owner }: Stream, head: ResponseHead, endStream: boolean): void {
    this.#giveHead();
    if (owner === null) return;
    if (!endStream) this.#headed = owner;
    owner.onResponse(head, endStream);
  }

  onData(
    stream: Stream,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    endStream: boolean,
  ): void {
    stream.owner?.onData(bytes, start, end, lending, endStream);
  }

  onTrailers({ owner }: Stream, trailers: readonly string[]): void {
    owner?.onTrailers(trailers);
  }

  onWritable({ owner }: Stream): void {
    owner?.onWritable();
  }

  onSettings(): void {
    const { pool } = this.endpoint;
    pool.streamsAllowed = Math.max(this.session.allowedStreams, 1);
    this.#offer();
  }

  /** Who waits for a connection may have a stream of this one. */
  #offer(): void {
    if (this.idle) this.endpoint.release(this);
  }

  // --- writing

  /** All output of one turn of the loop leaves together, but nothing before the connection stands. */
  onOutput(): void {
    if (this.#outputDue) return;
    this.#outputDue = true;
    if (!this.#reading) setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#flush();
    // What left may have let more out: then another turn follows.
    if (this.#outputDue || this.#state !== 'open') return;
    const { session } = this;
    const useless = session.openStreams === 0 && (this.#leaving || (session.settled && !session.canOpen));
    if (session.dead || useless) this.#finish();
  }

  #flush(): void {
    if (!this.#outputDue || this.#state !== 'open') return;
    this.#outputDue = false;
    const { session } = this;
    const wire = this.#wire;
    const corked = session.pendingParts > 1;
    if (corked) wire.socket.cork();
    const flush = session.flush(wire);
    if (corked) wire.socket.uncork();
    if (wire.drained) session.outputLeft(flush);
    else wire.whenDrained(() => session.outputLeft(flush));
  }

  // --- ends

  onReset({ owner }: Stream, code: number, by: ResetBy, detail: string): void {
    owner?.fail(this.#errorOf(owner, code, by, detail));
  }

  #errorOf(attempt: Http2Attempt, code: number, by: ResetBy, detail: string): ProxyError {
    if (this.#connectFailure !== null) return this.#connectFailure;
    const text = by === 'peer' ? `${detail}: ${errorName(code)}` : detail;
    if (by === 'rule') return badResponse('http_protocol_error', text);
    if (attempt.responded) return incomplete(text);
    if (by === 'peer' && code === ERROR.refusedStream)
      return refused(attempt.guessed || this.session.peerLeaves, text);
    if (by === 'connection' && code !== ERROR.cancel) return badResponse('http_protocol_error', text);
    return reset(by === 'connection' && attempt.reused, text);
  }

  onStreamEnd(): void {
    const { session, endpoint } = this;
    if (session.openStreams === 0) {
      this.idleSinceMs = endpoint.pool.runtime.wheel.now;
      if (endpoint.pool.upstream.idleConnectionMs === 0) this.#leave();
      // Also where nothing is to be written.
      if (this.#leaving && !this.#reading) setImmediate(() => this.#endTurn());
    }
    this.#offer();
  }

  onGoAway(): void {
    this.#leave();
  }

  /** The GOAWAY waits for the end of the turn, and the connection ends behind it. */
  onFault(_fault: ConnectionFault): void {
    this.#leave();
  }

  onOffence(): boolean {
    return true;
  }

  onDraining(): void {}

  onPong(): void {}

  /** Of a server only: this is a client. */
  onRequest(): void {}

  /** Of a server only: this is a client. */
  onRefused(): void {}

  #failConnect(failure: ProxyError): void {
    this.#connectFailure = failure;
    this.#state = 'closed';
    this.endpoint.connectFailed(failure);
    this.#leave();
    this.session.close();
    this.#wire.destroy();
  }

  /** No stream is open, or none can go on: what was written leaves, and the socket is closed. */
  #finish(): void {
    if (this.#state === 'closed') return;
    const connecting = this.#state === 'connecting';
    this.#flush();
    this.#state = 'closed';
    this.#leave();
    this.session.close();
    if (connecting) {
      this.#wire.destroy();
      return;
    }
    this.#wire.end();
    this.#wire.whenDrained(() => this.#wire.destroy());
  }

  /** Streams cannot outlive the upstream's side: it could neither answer nor open windows. */
  onEnd(): void {
    if (this.#state === 'connecting') this.#wire.destroy();
    else this.#finish();
  }

  onClose(error: Error | null): void {
    const { pool } = this.endpoint;
    countClosed(this.endpoint);
    pool.runtime.wheel.cancel(this);
    this.#leave();
    if (this.#state === 'connecting') this.#failConnect(connectError(error));
    this.#state = 'closed';
    this.session.close();
    pool.connectionClosed(this.endpoint);
  }

  // --- deadlines

  #scheduleCheck(): void {
    const { runtime, upstream } = this.endpoint.pool;
    const { idleConnectionMs } = upstream;
    const busy = this.session.openStreams > 0;
    const waitMs = busy
      ? Math.max(idleConnectionMs, 1000)
      : this.idleSinceMs + idleConnectionMs - runtime.wheel.now;
    runtime.wheel.schedule(this, Math.max(waitMs, 20));
  }

  override onDeadline(nowMs: number): void {
    if (this.#state === 'connecting') {
      this.#failConnect(CONNECT_TIMEOUT);
      return;
    }
    if (this.#state === 'closed') return;
    const { idleConnectionMs } = this.endpoint.pool.upstream;
    if (this.session.openStreams === 0 && nowMs >= this.idleSinceMs + idleConnectionMs) this.close();
    else this.#scheduleCheck();
  }
}
