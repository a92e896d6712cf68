import { type ConnectionFault, ERROR } from './errors.ts';
import {
  FLAG,
  FRAME,
  FRAME_HEAD_BYTES,
  MAX_UINT31,
  readUint32,
  writeFrameHead,
  writeUint32,
} from './frame.ts';

/** Identifiers of settings. RFC 9113 §6.5.2, RFC 8441 §3. */
export const SETTING = {
  headerTableSize: 0x1,
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
  enableConnectProtocol: 0x8,
} as const;

const ENTRY_BYTES = 6;
const MIN_FRAME_SIZE = 16_384;
const MAX_FRAME_SIZE = 16_777_215;

/** Before the first SETTINGS of a server no more streams are opened on it than this (http2.md). */
const STREAMS_BEFORE_SETTINGS = 100;

/** The settings of a peer as far as they concern us; before it has told any, those of RFC 9113 §6.5.2. */
export class PeerSettings {
  headerTableSize = 4096;
  /** A caution before the first SETTINGS; it is unlimited where they do not say. */
  maxConcurrentStreams = STREAMS_BEFORE_SETTINGS;
  initialWindowBytes = 65_535;
  /** Advisory (RFC 9113 §6.5.2): what is larger may be refused. */
  maxHeaderListBytes: number = MAX_UINT31;
  /** RFC 8441 §3. */
  connectProtocol = false;
  /** The first SETTINGS frame is there. */
  received = false;

  /**
   * Takes over the payload of a SETTINGS frame, whose length was checked. Unknown settings are ignored.
   *
   * @param fromServer The peer must not offer what only a client may. RFC 9113 §6.5.2, RFC 8441 §3.
   */
  apply(bytes: Uint8Array, start: number, end: number, fromServer: boolean): ConnectionFault | null {
    if (!this.received) {
      this.received = true;
      this.maxConcurrentStreams = MAX_UINT31;
    }
    for (let at = start; at < end; at += ENTRY_BYTES) {
      const id = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      const value = readUint32(bytes, at + 2);
      const fault = this.#set(id, value, fromServer);
      if (fault !== null) return fault;
    }
    return null;
  }

  #set(id: number, value: number, fromServer: boolean): ConnectionFault | null {
    switch (id) {
      case SETTING.headerTableSize:
        this.headerTableSize = value;
        return null;
      case SETTING.enablePush:
        if (value === 0 || (value === 1 && !fromServer)) return null;
        return protocolError('SETTINGS_ENABLE_PUSH must be 0 or 1, and 0 from a server');
      case SETTING.maxConcurrentStreams:
        this.maxConcurrentStreams = value;
        return null;
      case SETTING.initialWindowSize:
        if (value > MAX_UINT31) {
          return {
            code: ERROR.flowControlError,
            detail: 'SETTINGS_INITIAL_WINDOW_SIZE must be below 2^31',
          };
        }
        this.initialWindowBytes = value;
        return null;
      case SETTING.maxFrameSize:
        if (value >= MIN_FRAME_SIZE && value <= MAX_FRAME_SIZE) return null;
        return protocolError('SETTINGS_MAX_FRAME_SIZE must be from 2^14 to 2^24-1');
      case SETTING.maxHeaderListSize:
        this.maxHeaderListBytes = value;
        return null;
      case SETTING.enableConnectProtocol:
        if (value > 1 || (value === 0 && this.connectProtocol)) {
          return protocolError('SETTINGS_ENABLE_CONNECT_PROTOCOL must be 0 or 1, and never taken back');
        }
        this.connectProtocol = value === 1;
        return null;
      default:
        return null;
    }
  }
}

function protocolError(detail: string): ConnectionFault {
  return { code: ERROR.protocolError, detail };
}

/** A whole SETTINGS frame. @param entries Identifiers and their values. RFC 9113 §6.5.1. */
export function settingsFrame(entries: readonly (readonly [id: number, value: number])[]): Buffer {
  const length = entries.length * ENTRY_BYTES;
  const frame = Buffer.alloc(FRAME_HEAD_BYTES + length);
  let at = writeFrameHead(frame, 0, length, FRAME.settings, 0, 0);
  for (const [id, value] of entries) {
    frame[at] = id >>> 8;
    frame[at + 1] = id;
    at = writeUint32(frame, at + 2, value);
  }
  return frame;
}

/** The frame that acknowledges settings. RFC 9113 §6.5.3. */
export const SETTINGS_ACK: Buffer = (() => {
  const frame = Buffer.alloc(FRAME_HEAD_BYTES);
  writeFrameHead(frame, 0, 0, FRAME.settings, FLAG.ack, 0);
  return frame;
})();
