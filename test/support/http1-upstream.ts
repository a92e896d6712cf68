import type net from 'node:net';
import type { TestContext } from 'node:test';
import { type RawServer, rawServer } from './raw.ts';

/** One request as an upstream saw it. Texts are latin1. */
export interface SeenRequest {
  /** With its blank line. */
  readonly head: string;
  /** Decoded as far as it came. */
  readonly body: string;
  /** Its last byte came. */
  readonly complete: boolean;
  /** Place of its connection, in the order of their arrival. */
  readonly connection: number;
  readonly socket: net.Socket;
}

/** One connection as an upstream saw it. */
export interface SeenConnection {
  readonly socket: net.Socket;
  /** Every byte that came, latin1. */
  readonly received: string;
  /** A FIN came. */
  readonly ended: boolean;
  /** The socket is gone, in order or not. */
  readonly closed: boolean;
}

export interface Http1Upstream extends RawServer {
  readonly requests: readonly SeenRequest[];
  readonly connections: readonly SeenConnection[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What an upstream does with requests; texts are written as they are, latin1. */
export interface UpstreamScript {
  /** Answers as soon as the head is there. */
  readonly onHead?: (request: SeenRequest) => string | undefined;
  /** Answers when the body is there too. */
  readonly onRequest?: (request: SeenRequest) => string | undefined;
}

/** A lenient upstream that reads requests with their bodies and answers as the script says; keeps what it saw. */
export async function http1Upstream(context: TestContext, script: UpstreamScript): Promise<Http1Upstream> {
  const requests: Mutable<SeenRequest>[] = [];
  const connections: Mutable<SeenConnection>[] = [];
  const server = await rawServer(context, (socket, index) => {
    const connection: Mutable<SeenConnection> = { socket, received: '', ended: false, closed: false };
    connections.push(connection);
    let pending = '';
    let current: Mutable<SeenRequest> | null = null;
    const write = (text: string | undefined) => {
      if (text !== undefined && socket.writable) socket.write(text, 'latin1');
    };
    const read = (): boolean => {
      if (current === null) {
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return false;
        const head = pending.slice(0, end + 4);
        current = { head, body: '', complete: false, connection: index, socket };
        pending = pending.slice(end + 4);
        requests.push(current);
        write(script.onHead?.(current));
      }
      const before = pending.length;
      pending = takeBody(current, pending);
      if (!current.complete) return pending.length < before;
      const request = current;
      current = null;
      write(script.onRequest?.(request));
      return true;
    };
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      connection.received += text;
      pending += text;
      while (read());
    });
    socket.on('end', () => {
      connection.ended = true;
      socket.end();
    });
    socket.on('close', () => {
      connection.closed = true;
    });
  });
  return { ...server, requests, connections };
}

/** Takes what belongs to a request's body. @returns The rest. */
function takeBody(request: Mutable<SeenRequest>, text: string): string {
  const length = /\r\ncontent-length: (\d+)\r\n/.exec(request.head);
  if (length !== null) {
    const missing = Number(length[1]) - request.body.length;
    request.body += text.slice(0, missing);
    request.complete = text.length >= missing;
    return text.slice(missing);
  }
  if (!request.head.includes('\r\ntransfer-encoding: chunked\r\n')) {
    request.complete = true;
    return text;
  }
  const line = /^([0-9a-f]+)\r\n/.exec(text);
  if (line === null) return text;
  const size = Number.parseInt(line[1] as string, 16);
  const start = line[0].length;
  if (text.length < start + size + 2) return text;
  request.body += text.slice(start, start + size);
  request.complete = size === 0;
  return text.slice(start + size + 2);
}

/** An answer with a body of known length. */
export function answerOf(body: string, status = '200 OK', fields = ''): string {
  return `HTTP/1.1 ${status}\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`;
}
