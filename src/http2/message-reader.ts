import { CHUNKED } from '../http1/message.ts';
import { refuseRequest } from '../http1/refusal.ts';
import { ERROR } from './errors.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import type { BlockFault, HeaderBlock } from './hpack/header-block.ts';
import { type RequestRules, readRequestHead } from './request-head.ts';
import { readResponseHead } from './response-head.ts';
import type { SessionCore } from './session-core.ts';
import { type SessionLimits, TRAILER_LIMITS } from './session-limits.ts';
import { MALFORMED, SpecialFields } from './special-fields.ts';
import { Http2Stream } from './stream.ts';
import { checkTrailers } from './trailers.ts';

/** Makes messages of field blocks: opens streams as a server, takes responses as a client, trailers as both. */
export class MessageReader<Owner> {
  readonly #core: SessionCore<Owner>;
  readonly #decoder = new HpackDecoder();
  readonly #special = new SpecialFields();
  readonly #limits: SessionLimits;
  /** For requests that come from now on. */
  rules: RequestRules;

  constructor(core: SessionCore<Owner>, rules: RequestRules, limits: SessionLimits) {
    this.#core = core;
    this.rules = rules;
    this.#limits = limits;
  }

  /** A complete block. It is decoded whatever becomes of its message: the table is shared. */
  onBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number): void {
    const core = this.#core;
    const stream = core.streams.get(id);
    const isTrailers = stream !== undefined && (core.server || stream.responded);
    const limits = isTrailers ? TRAILER_LIMITS : this.#limits;
    const block = this.#decoder.decode(bytes, start, end, limits);
    if (!block.ok && block.kind === 'compression') {
      core.fail(ERROR.compressionError, block.detail);
    } else if (stream === undefined) {
      this.#onUnknownStream(id, endStream, block);
    } else if (stream.remoteClosed) {
      core.resetByRule(stream, ERROR.streamClosed, 'HEADERS behind END_STREAM');
    } else if (isTrailers) {
      this.#onTrailers(stream, endStream, block);
    } else {
      this.#onResponse(stream, endStream, block);
    }
  }

  #onUnknownStream(id: number, endStream: boolean, block: HeaderBlock | BlockFault): void {
    const core = this.#core;
    const { streams } = core;
    if (core.server && (id & 1) === 1 && id > streams.lastId) {
      this.#onNewStream(id, endStream, block);
    } else if (streams.isIdle(id)) {
      core.fail(ERROR.protocolError, 'HEADERS on a stream that the peer must not open');
    } else if (streams.wasReset(id)) {
      // Trailers that were on their way. RFC 9113 §5.1.
      streams.forgetReset(id);
    } else {
      core.fail(ERROR.streamClosed, 'HEADERS on a closed stream');
    }
  }

  #onNewStream(id: number, endStream: boolean, block: HeaderBlock | BlockFault): void {
    const core = this.#core;
    const { streams } = core;
    streams.lastId = id;
    streams.opened++;
    core.guard.streamOpened();
    if (core.lastServedId >= 0) {
      // It was opened before the client knew: that is no offence. RFC 9113 §6.8.
      core.rst(id, ERROR.refusedStream);
    } else if (streams.count >= this.#limits.maxStreams) {
      core.rst(id, ERROR.refusedStream);
      core.offence('too many streams at once');
    } else if (!block.ok && block.kind === 'malformed') {
      this.#refuseStream(id, block.detail);
    } else {
      this.#onRequest(id, endStream, block);
    }
  }

  #onRequest(id: number, endStream: boolean, block: HeaderBlock | BlockFault): void {
    const core = this.#core;
    const fields = block.ok ? block : block.partial;
    let head = block.ok
      ? readRequestHead(block, endStream, this.rules, this.#special)
      : refuseRequest(431, block.detail);
    if (!head.ok && head.status === MALFORMED) {
      this.#refuseStream(id, head.detail);
      return;
    }
    if (head.ok && !core.streams.mayHold(fields.listBytes)) {
      head = refuseRequest(431, 'too many header fields are held');
      core.malformed();
      if (core.dead) return;
    }
    const { streamWindowBytes } = this.#limits;
    const method = fields.method ?? '';
    const stream = new Http2Stream<Owner>(id, method, streamWindowBytes, core.peer.initialWindowBytes);
    stream.remoteClosed = endStream;
    if (head.ok) {
      if (head.bodyLength !== CHUNKED && head.upgrade === null) stream.expectedBytes = head.bodyLength;
      stream.headBytes = fields.listBytes;
    }
    core.streams.add(stream);
    if (head.ok) core.listener.onRequest(stream, head, endStream, fields);
    else core.listener.onRefused(stream, head, endStream, fields);
  }

  /** A malformed request: its stream was never opened as far as the driver knows. */
  #refuseStream(id: number, detail: string): void {
    const core = this.#core;
    core.rst(id, ERROR.protocolError);
    core.offence(detail);
    core.malformed();
  }

  #onTrailers(stream: Http2Stream<Owner>, endStream: boolean, block: HeaderBlock | BlockFault): void {
    const core = this.#core;
    const refusal = block.ok ? checkTrailers(block, this.#special) : block;
    const { expectedBytes, receivedBytes } = stream;
    if (refusal !== null || !endStream || !block.ok) {
      this.#resetMalformed(stream, refusal?.detail ?? 'trailers must end the stream');
    } else if (expectedBytes >= 0 && expectedBytes !== receivedBytes) {
      this.#resetMalformed(stream, 'DATA and content-length differ');
    } else {
      stream.remoteClosed = true;
      core.listener.onTrailers(stream, block.headers);
      core.closeRemote(stream);
    }
  }

  #onResponse(stream: Http2Stream<Owner>, endStream: boolean, block: HeaderBlock | BlockFault): void {
    const core = this.#core;
    const head = block.ok ? readResponseHead(block, endStream, stream.method, this.#special) : block;
    if (!head.ok || !block.ok) {
      this.#resetMalformed(stream, 'detail' in head ? head.detail : '');
      return;
    }
    if (head.status < 200) {
      core.listener.onInterim(stream, head);
      return;
    }
    stream.responded = true;
    stream.remoteClosed = endStream;
    if (head.bodyLength !== CHUNKED) stream.expectedBytes = head.bodyLength;
    core.listener.onResponse(stream, head, endStream, block);
    if (endStream) core.closeRemote(stream);
  }

  #resetMalformed(stream: Http2Stream<Owner>, detail: string): void {
    this.#core.resetByRule(stream, ERROR.protocolError, detail);
    this.#core.malformed();
  }
}
