import type { ClientInfo } from '../filters/filter.ts';
import { NO_LENGTH, type Refusal, type RequestHead } from '../http1/message.ts';
import { type ConnectionFault, ERROR } from '../http2/errors.ts';
import type { HeaderBlock } from '../http2/hpack/header-block.ts';
import { Http2Session } from '../http2/session.ts';
import type { ResetBy, SessionListener } from '../http2/session-listener.ts';
import type { Http2Stream } from '../http2/stream.ts';
import { Timed } from '../lib/timer-wheel.ts';
import type { Lending, Wire, WireHandler } from '../lib/wire.ts';
import type { Settings } from '../snapshot/snapshot.ts';
import type { ConnectionHost, HostedConnection } from './client-connection.ts';
import { FlushWatch } from './flush-watch.ts';
import { grpcAnswer } from './grpc/answer.ts';
import { Http2Downstream, type StreamHost } from './http2-downstream.ts';
import { serve } from './pipeline.ts';
import type { WorkerContext } from './worker-context.ts';

/** Unread input that is drained after the last frame, as over HTTP/1.1 (RFC 9112 §9.6). */
const LINGER_BYTES = 64 * 1024;
const CHECK_MS = 5000;
const PREFACE_MS = 10_000;
/** How long a client may take to answer the first GOAWAY (http2.md, GOAWAY in two steps). */
const ROUND_TRIP_MS = 5000;
const MAX_STREAMS = 10_000;
/** Streams are cheaper than connections: as many for each request that HTTP/1.1 allows on one. */
const STREAMS_PER_REQUEST = 10;

type Stream = Http2Stream<Http2Downstream>;

/** One client connection that speaks HTTP/2: bytes to its session, a request of each stream to the pipeline. */
export class Http2Connection
  extends Timed
  implements WireHandler, SessionListener<Http2Downstream>, StreamHost, HostedConnection
{
  readonly worker: WorkerContext;
  readonly session: Http2Session<Http2Downstream>;
  readonly #host: ConnectionHost;
  readonly #client: ClientInfo;
  #settings: Settings;
  /** Null once it is gone. */
  #wire: Wire | null = null;
  #phase: 'open' | 'lingering' = 'open';
  #reading = false;
  #outputDue = false;
  /** Those of which somebody waits until bytes have left. */
  readonly #waiting = new Set<Http2Downstream>();
  readonly #bornMs: number;
  #idleSinceMs: number;
  #drainingSinceMs = 0;
  /** The client knows that we are leaving. */
  #farewellHeard = false;
  #peerLeaves = false;
  #peerEnded = false;
  #lingered = 0;
  readonly #flushWatch = new FlushWatch();

  constructor(host: ConnectionHost, client: ClientInfo) {
    super();
    const { worker } = host;
    this.#host = host;
    this.worker = worker;
    this.#client = client;
    this.#settings = worker.table.settings;
    this.#bornMs = worker.wheel.now;
    this.#idleSinceMs = this.#bornMs;
    const { maxRequestsPerConnection } = this.#settings;
    this.session = new Http2Session(this, {
      server: true,
      buffers: worker.outputBuffers,
      heldFields: worker.heldFields,
      rules: this.#rules(),
      limits: { maxTotalStreams: Math.min(MAX_STREAMS, maxRequestsPerConnection * STREAMS_PER_REQUEST) },
    });
  }

  #rules(): { mergeSlashes: boolean; secure: boolean; trustsScheme: boolean } {
    const { mergeSlashes, trustedHops } = this.#settings;
    return { mergeSlashes, secure: this.#client.secure, trustsScheme: trustedHops > 0 };
  }

  /** Takes its wire and says hello; the caller starts the wire. */
  open(wire: Wire): void {
    this.#wire = wire;
    this.session.open();
    this.worker.wheel.schedule(this, Math.min(this.#checkMs(), this.#prefaceMs()));
  }

  get gone(): boolean {
    return this.#wire === null;
  }

  misdirected(host: string): boolean {
    return this.#host.misdirected(host);
  }

  // --- reading

  onBytes(bytes: Buffer, start: number, end: number, lending: Lending): void {
    if (this.#phase === 'lingering') {
      this.#lingered += end - start;
      if (this.#lingered > LINGER_BYTES) this.destroy();
      return;
    }
    const { settings } = this.worker.table;
    if (settings !== this.#settings) {
      this.#settings = settings;
      this.session.setRules(this.#rules());
    }
    this.#reading = true;
    this.session.read(bytes, start, end, lending, this.worker.now());
    this.#reading = false;
    this.#endTurn();
  }

  onRequest(stream: Stream, head: RequestHead, endStream: boolean): void {
    if (this.#leaves()) this.session.goAway();
    const downstream = new Http2Downstream(this, stream, this.#client, head, endStream);
    stream.owner = downstream;
    serve(downstream.exchange);
  }

  /** Further requests had better come by another connection. */
  #leaves(): boolean {
    const { draining, wheel } = this.worker;
    const { maxConnectionMs } = this.#settings;
    return (
      draining ||
      this.worker.pressure() !== 0 ||
      (maxConnectionMs > 0 && wheel.now - this.#bornMs >= maxConnectionMs)
    );
  }

  onRefused(stream: Stream, refusal: Refusal, _endStream: boolean, block: HeaderBlock): void {
    const { status, error } = refusal;
    this.worker.refused(this.#client, status);
    const own = ['proxy-status', `sluice; error=${error}`, ...(refusal.headers ?? [])];
    const grpc = grpcAnswer(block.headers, { status, headers: own, body: '', error });
    const headers = grpc ?? own;
    headers.push('server', 'sluice', 'date', this.worker.date());
    const head =
      grpc === null ? { status, headers, bodyLength: 0 } : { status: 200, headers, bodyLength: NO_LENGTH };
    this.session.respond(stream, head, true);
  }

  onData(
    stream: Stream,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    endStream: boolean,
  ): void {
    const { owner } = stream;
    if (owner === null) this.session.consumed(stream, end - start);
    else owner.onData(bytes, start, end, lending, endStream);
  }

  onTrailers(stream: Stream, trailers: readonly string[]): void {
    stream.owner?.onRequestEnd(trailers);
  }

  // --- writing

  /** All output of one turn of the loop leaves together: at the end of the read, or when the turn is through. */
  onOutput(): void {
    if (this.#outputDue) return;
    this.#outputDue = true;
    if (!this.#reading) setImmediate(() => this.#endTurn());
  }

  flushNow(): void {
    if (!this.#reading) this.#flush();
  }

  #endTurn(): void {
    this.#flush();
    const { session } = this;
    // What left may have let more out: then another turn follows.
    if (this.#wire === null || this.#phase !== 'open' || this.#outputDue) return;
    const told = this.#peerLeaves || (session.draining && this.#farewellHeard);
    if (session.dead) this.#linger();
    else if (told && session.openStreams === 0) this.#linger();
  }

  #flush(): void {
    const wire = this.#wire;
    if (wire === null || !this.#outputDue) return;
    this.#outputDue = false;
    const corked = this.session.pendingParts > 1;
    if (corked) wire.socket.cork();
    const flush = this.session.flush(wire);
    if (corked) wire.socket.uncork();
    if (wire.drained) this.#onLeft(flush);
    else wire.whenDrained(() => this.#onLeft(flush));
  }

  #onLeft(flush: number): void {
    this.session.outputLeft(flush);
    for (const stream of this.#waiting) stream.wake();
  }

  onWritable(stream: Stream): void {
    stream.owner?.wake();
  }

  waits(stream: Http2Downstream): void {
    this.#waiting.add(stream);
  }

  forgets(stream: Http2Downstream): void {
    this.#waiting.delete(stream);
  }

  // --- ends

  onReset(stream: Stream, _code: number, by: ResetBy): void {
    stream.owner?.onReset(by);
  }

  onStreamEnd(stream: Stream): void {
    if (this.session.openStreams === 0) this.#idleSinceMs = this.worker.wheel.now;
    const { owner } = stream;
    if (owner === null) return;
    owner.onEnd();
  }

  onGoAway(): void {
    this.#peerLeaves = true;
  }

  onSettings(): void {}

  onDraining(): void {
    this.#drainingSinceMs = this.worker.wheel.now;
    this.session.ping();
    this.worker.wheel.schedule(this, ROUND_TRIP_MS);
  }

  /** It comes behind the answer to the PING of the farewell. */
  onPong(): void {
    this.#farewellHeard = true;
  }

  onOffence(): boolean {
    return this.worker.offences.note(this.#client.address, this.worker.now());
  }

  /** The GOAWAY waits for the end of the turn, and the connection ends behind it. */
  onFault(fault: ConnectionFault): void {
    this.worker.fault(this.#client, fault);
  }

  /** Of a client only: this is a server. */
  onInterim(): void {}

  /** Of a client only: this is a server. */
  onResponse(): void {}

  /** Nothing further is served: the client gets what was written, then both sides end. */
  #linger(): void {
    const wire = this.#wire;
    if (wire === null || this.#phase === 'lingering') return;
    this.#phase = 'lingering';
    this.session.close();
    wire.end();
    wire.resume();
    if (this.#peerEnded) wire.whenDrained(() => wire.destroy());
    this.worker.wheel.schedule(this, this.worker.table.settings.delayedCloseMs);
  }

  /** Streams cannot outlive the client's side: it could neither open windows nor reset them. */
  onEnd(): void {
    this.#peerEnded = true;
    this.#flush();
    if (this.#phase === 'open') this.#linger();
    else this.#wire?.whenDrained(() => this.destroy());
  }

  onClose(): void {
    this.#wire = null;
    this.worker.wheel.cancel(this);
    this.session.close();
    for (const stream of [...this.#waiting]) stream.wake();
    this.#host.closed(this);
  }

  /** The listener drains: good-bye in two steps; open streams are served. */
  drain(): void {
    if (this.#phase === 'open') this.session.goAway();
  }

  destroy(): void {
    this.#wire?.destroy();
  }

  // --- deadlines

  #checkMs(): number {
    const { connectionIdleMs, flushTimeoutMs } = this.worker.table.settings;
    return Math.min(CHECK_MS, connectionIdleMs, flushTimeoutMs);
  }

  #prefaceMs(): number {
    return Math.min(PREFACE_MS, this.worker.table.settings.headTimeoutMs);
  }

  override onDeadline(nowMs: number): void {
    const wire = this.#wire;
    if (wire === null) return;
    const { flushTimeoutMs } = this.worker.table.settings;
    const lingered = this.#phase === 'lingering' && wire.drained;
    if (lingered || this.#flushWatch.isStuck(wire, nowMs, flushTimeoutMs)) {
      this.destroy();
      return;
    }
    this.worker.wheel.schedule(this, this.#checkMs());
    if (this.#phase === 'open') this.#check(nowMs);
  }

  #check(nowMs: number): void {
    const { session } = this;
    const { connectionIdleMs, flushTimeoutMs } = this.worker.table.settings;
    if (!session.settled && nowMs >= this.#bornMs + this.#prefaceMs()) {
      session.fail(ERROR.settingsTimeout, 'no SETTINGS came');
    } else if (session.draining) {
      if (nowMs >= this.#drainingSinceMs + ROUND_TRIP_MS) {
        session.finishGoAway();
        this.#farewellHeard = true;
      }
    } else if (session.openStreams === 0 && nowMs >= this.#idleSinceMs + connectionIdleMs) {
      session.goAway();
    }
    for (const { owner } of session.streams()) if (owner?.isStuck(nowMs, flushTimeoutMs)) owner.cancel();
    this.#endTurn();
  }
}
