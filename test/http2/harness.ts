import type { Refusal, RequestHead, ResponseHead } from '../../src/http1/message.ts';
import { type ConnectionFault, errorName } from '../../src/http2/errors.ts';
import { OutputBuffers } from '../../src/http2/frame-writer.ts';
import type { RequestRules } from '../../src/http2/request-head.ts';
import { Http2Session, type SessionOptions } from '../../src/http2/session.ts';
import type { ResetBy, SessionListener } from '../../src/http2/session-listener.ts';
import type { Http2Stream } from '../../src/http2/stream.ts';
import { BORROWED, type Lending } from '../../src/lib/wire.ts';
import { FrameTexts } from './frames.ts';

export const RULES: RequestRules = { mergeSlashes: false, secure: false, trustsScheme: false };

export type Stream = Http2Stream<string>;

/** A session with a listener that writes down what it hears, as short texts, and bytes in place of a socket. */
export class Harness implements SessionListener<string> {
  readonly session: Http2Session<string>;
  readonly serves: boolean;
  /** What the listener heard. */
  readonly events: string[] = [];
  readonly streams = new Map<number, Stream>();
  readonly requests: RequestHead[] = [];
  readonly refusals: Refusal[] = [];
  readonly responses: ResponseHead[] = [];
  readonly faults: ConnectionFault[] = [];
  /** Everything received on each stream. */
  readonly bodies = new Map<number, Buffer[]>();
  nowMs = 1_000_000;
  /** Body bytes go on at once. */
  consumes = true;
  /** The address has not been refused. */
  welcome = true;
  onRequestDo: ((stream: Stream, head: RequestHead) => unknown) | null = null;
  onWritableDo: ((stream: Stream) => unknown) | null = null;
  readonly #texts = new FrameTexts();
  outputs = 0;

  /** @param opened What comes first is said at once. */
  constructor(options: Partial<SessionOptions> = {}, opened = true) {
    this.serves = options.server ?? true;
    this.session = new Http2Session<string>(this, {
      server: true,
      buffers: new OutputBuffers(),
      rules: RULES,
      ...options,
    });
    if (opened) this.session.open();
  }

  /** Hands bytes over as the worker's shared buffer has them: old bytes behind, gone afterwards. */
  feed(bytes: Buffer): void {
    const shared = Buffer.alloc(bytes.length + 32, 0xee);
    bytes.copy(shared, 16);
    this.session.read(shared, 16, 16 + bytes.length, BORROWED, this.nowMs);
    shared.fill(0xdd);
  }

  /** All that the session has to say; it has left at once. */
  take(): Buffer {
    const parts: Buffer[] = [];
    const flush = this.session.flush({
      writeBytes: (bytes, start, end) => parts.push(Buffer.from(bytes.subarray(start, end))),
    });
    this.session.outputLeft(flush);
    return Buffer.concat(parts);
  }

  /** The same as texts of frames. */
  said(): string[] {
    const all: string[] = [];
    for (let bytes = this.take(); bytes.length > 0; bytes = this.take()) all.push(...this.#texts.of(bytes));
    return all;
  }

  onOutput(): void {
    this.outputs++;
  }

  onRequest(stream: Stream, head: RequestHead, endStream: boolean): void {
    this.streams.set(stream.id, stream);
    this.requests.push(head);
    this.events.push(
      `request ${stream.id} ${head.method} ${head.path}${head.query}${endStream ? ' end' : ''}`,
    );
    this.onRequestDo?.(stream, head);
  }

  onRefused(stream: Stream, refusal: Refusal, endStream: boolean): void {
    this.streams.set(stream.id, stream);
    this.refusals.push(refusal);
    this.events.push(`refused ${stream.id} ${refusal.status}${endStream ? ' end' : ''}`);
  }

  onInterim(stream: Stream, head: ResponseHead): void {
    this.events.push(`interim ${stream.id} ${head.status}`);
  }

  onResponse(stream: Stream, head: ResponseHead, endStream: boolean): void {
    this.responses.push(head);
    this.events.push(`response ${stream.id} ${head.status}${endStream ? ' end' : ''}`);
  }

  onData(stream: Stream, bytes: Buffer, start: number, end: number, _: Lending, endStream: boolean): void {
    const body = this.bodies.get(stream.id) ?? [];
    body.push(Buffer.from(bytes.subarray(start, end)));
    this.bodies.set(stream.id, body);
    this.events.push(`data ${stream.id} ${end - start}${endStream ? ' end' : ''}`);
    if (this.consumes) this.session.consumed(stream, end - start);
  }

  onTrailers(stream: Stream, trailers: readonly string[]): void {
    this.events.push(`trailers ${stream.id} ${trailers.join(' ')}`);
  }

  onWritable(stream: Stream): void {
    this.events.push(`writable ${stream.id}`);
    this.onWritableDo?.(stream);
  }

  onReset(stream: Stream, code: number, by: ResetBy): void {
    this.events.push(`reset ${stream.id} ${errorName(code)} ${by}`);
  }

  onStreamEnd(stream: Stream): void {
    this.events.push(`over ${stream.id}`);
    this.streams.delete(stream.id);
  }

  onGoAway(lastStreamId: number, code: number): void {
    this.events.push(`goAway ${lastStreamId} ${errorName(code)}`);
  }

  onSettings(): void {}

  onDraining(): void {
    this.events.push('draining');
  }

  onPong(): void {
    this.events.push('pong');
  }

  onOffence(): boolean {
    return this.welcome;
  }

  onFault(fault: ConnectionFault): void {
    this.faults.push(fault);
    this.events.push(`fault ${errorName(fault.code)}`);
  }

  /** The stream, which must be open. */
  stream(id: number): Stream {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`stream ${id} is not open`);
    return stream;
  }

  body(id: number): Buffer {
    return Buffer.concat(this.bodies.get(id) ?? []);
  }
}
