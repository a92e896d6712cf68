import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type http2 from 'node:http2';
import { until } from './gateway.ts';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const FIN = 0x80;
const MASK = 0x80;

/** A frame as a client writes it, masked. RFC 6455 §5.2. */
export function clientFrame(opcode: number, payload: Buffer | string, fin = true): Buffer {
  const bytes = Buffer.from(payload);
  const { length } = bytes;
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = opcode | (fin ? FIN : 0);
  if (head.length === 2) head[1] = MASK | length;
  else if (head.length === 4) {
    head[1] = MASK | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = MASK | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  const key = randomBytes(4);
  for (let i = 0; i < length; i++) bytes[i] = (bytes[i] as number) ^ (key[i & 3] as number);
  return Buffer.concat([head, key, bytes]);
}

export interface SeenFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly payload: Buffer;
}

/** Takes the whole frames from the front of what a server sent. @returns The rest. */
function takeFrames(bytes: Buffer, take: (frame: SeenFrame) => void): Buffer {
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] as number) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < head) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    const end = at + head + length;
    if (bytes.length < end) break;
    const first = bytes[at] as number;
    take({
      opcode: first & 0x0f,
      fin: (first & FIN) !== 0,
      payload: Buffer.from(bytes.subarray(at + head, end)),
    });
    at = end;
  }
  return bytes.subarray(at);
}

/** A WebSocket of a client on a stream of an HTTP/2 connection: RFC 8441 by Node's own client. */
export class Http2WebSocket {
  readonly stream: http2.ClientHttp2Stream;
  readonly headers: http2.IncomingHttpHeaders;
  readonly frames: SeenFrame[] = [];
  /** The server has ended its side. */
  ended = false;
  closed = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: http2.ClientHttp2Stream, headers: http2.IncomingHttpHeaders) {
    this.stream = stream;
    this.headers = headers;
    stream.on('data', (bytes: Buffer) => {
      this.#rest = takeFrames(Buffer.concat([this.#rest, bytes]), (frame) => this.frames.push(frame));
    });
    stream.on('end', () => {
      this.ended = true;
    });
    stream.on('close', () => {
      this.closed = true;
    });
  }

  send(opcode: number, payload: Buffer | string, fin = true): void {
    this.stream.write(clientFrame(opcode, payload, fin));
  }

  /** The message at this place, when it is there whole: frames of control and of other messages counted apart. */
  async message(index: number): Promise<Buffer> {
    await until(() => this.messages.length > index);
    return this.messages[index] as Buffer;
  }

  /** Whole messages so far. */
  get messages(): Buffer[] {
    const messages: Buffer[] = [];
    let parts: Buffer[] = [];
    for (const { opcode, fin, payload } of this.frames) {
      if (opcode >= OPCODE.close) continue;
      parts.push(payload);
      if (!fin) continue;
      messages.push(Buffer.concat(parts));
      parts = [];
    }
    return messages;
  }

  /** The code of the close frame, when it has come. */
  get closeCode(): number | null {
    const frame = this.frames.find(({ opcode }) => opcode === OPCODE.close);
    return frame === undefined ? null : frame.payload.readUInt16BE(0);
  }
}

/** Opens a stream by extended CONNECT. Its server must have offered it: `remoteSettings` has come. */
export function connectStream(
  session: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
): http2.ClientHttp2Stream {
  const stream = session.request(
    {
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':path': '/socket',
      'sec-websocket-version': '13',
      ...headers,
    },
    { endStream: false },
  );
  stream.on('error', () => {});
  return stream;
}

/** Opens a WebSocket. Rejects when the answer is not 200. */
export async function openWebSocket(
  session: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
): Promise<Http2WebSocket> {
  const stream = connectStream(session, headers);
  const [response] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  if (Number(response[':status']) !== 200) throw new Error(`the server answered ${response[':status']}`);
  return new Http2WebSocket(stream, response);
}
