import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { HpackDecoder } from '../../../src/http2/hpack/decoder.ts';
import { HpackEncoder } from '../../../src/http2/hpack/encoder.ts';
import type { BlockFault, HeaderBlock } from '../../../src/http2/hpack/header-block.ts';
import {
  ACK,
  CONTINUATION,
  cutFrames,
  END_HEADERS,
  END_STREAM,
  fragmentOf,
  frame,
  HEADERS,
  PREFACE,
  SETTINGS,
} from './frames-by-hand.ts';
import { LIMITS } from './limits.ts';

const HEADER_TABLE_SIZE = 1;
const MAX_PAYLOAD_BYTES = 16_384;

export interface HandMadePeerOptions {
  /** Waits for the preface of a client; else sends it. */
  readonly serves: boolean;
  /** Its SETTINGS_HEADER_TABLE_SIZE. */
  readonly tableBytes?: number;
  /** A whole header block came. */
  readonly onBlock: (streamId: number, block: HeaderBlock | BlockFault) => void;
}

/** The other side of a session of node:http2: frames by hand, header blocks by ours. */
export class HandMadePeer {
  readonly encoder = new HpackEncoder();
  /** Bytes of header blocks that came and went. */
  received = 0;
  sent = 0;
  readonly #wire: Duplex;
  readonly #decoder: HpackDecoder;
  readonly #onBlock: HandMadePeerOptions['onBlock'];
  #bytes: Buffer = Buffer.alloc(0);
  #started: boolean;
  #block: Buffer = Buffer.alloc(0);

  constructor(wire: Duplex, { serves, tableBytes = 4096, onBlock }: HandMadePeerOptions) {
    this.#wire = wire;
    this.#onBlock = onBlock;
    this.#started = !serves;
    this.#decoder = new HpackDecoder(tableBytes);
    const settings = Buffer.alloc(6);
    settings.writeUInt16BE(HEADER_TABLE_SIZE);
    settings.writeUInt32BE(tableBytes, 2);
    if (!serves) wire.write(PREFACE, 'latin1');
    wire.write(frame(SETTINGS, 0, 0, settings));
    wire.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  /** Writes a message without a body. @param encode Ours, into 64 KiB. */
  send(streamId: number, encode: (encoder: HpackEncoder, out: Buffer) => number): void {
    const out = Buffer.alloc(65_536);
    const length = encode(this.encoder, out);
    assert.ok(length > 0, 'the encoder refuses the fields');
    this.sent += length;
    for (let at = 0; at < length; at += MAX_PAYLOAD_BYTES) {
      const end = Math.min(length, at + MAX_PAYLOAD_BYTES);
      const flags = (end === length ? END_HEADERS : 0) | (at === 0 ? END_STREAM : 0);
      this.#wire.write(frame(at === 0 ? HEADERS : CONTINUATION, flags, streamId, out.subarray(at, end)));
    }
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (!this.#started) {
      if (this.#bytes.length < PREFACE.length) return;
      assert.equal(this.#bytes.toString('latin1', 0, PREFACE.length), PREFACE);
      this.#bytes = this.#bytes.subarray(PREFACE.length);
      this.#started = true;
    }
    const { frames, rest } = cutFrames(this.#bytes);
    this.#bytes = rest;
    for (const one of frames) {
      if (one.type === SETTINGS && one.flags !== ACK) this.#settings(one.payload);
      if (one.type !== HEADERS && one.type !== CONTINUATION) continue;
      this.#block = Buffer.concat([this.#block, fragmentOf(one)]);
      if (one.flags & END_HEADERS) this.#whole(one.streamId);
    }
  }

  #settings(payload: Buffer): void {
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) === HEADER_TABLE_SIZE)
        this.encoder.setPeerTableBytes(payload.readUInt32BE(at + 2));
    }
    this.#wire.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
  }

  #whole(streamId: number): void {
    const bytes = this.#block;
    this.#block = Buffer.alloc(0);
    this.received += bytes.length;
    this.#onBlock(streamId, this.#decoder.decode(bytes, 0, bytes.length, LIMITS));
  }
}
