import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createSelfSigned } from '../../src/certs/self-signed.ts';

/** A service that speaks HTTP/2: Node's own server on loopback, closed with the test. */
export interface Http2Upstream {
  readonly port: number;
  /** Connections that are open, in their order. */
  readonly sessions: readonly http2.ServerHttp2Session[];
  /** Connections so far. */
  readonly connections: number;
}

export type StreamHandler = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void;

/** @param options.secure Over TLS, with a certificate that nobody vouches for. */
export async function http2Upstream(
  context: TestContext,
  onStream: StreamHandler,
  options: { readonly secure?: boolean; readonly settings?: http2.Settings } = {},
): Promise<Http2Upstream> {
  const { secure = false, settings = {} } = options;
  const server = secure ? await secureServer(settings) : http2.createServer({ settings });
  const sessions: http2.ServerHttp2Session[] = [];
  let connections = 0;
  server.on('session', (session) => {
    connections++;
    sessions.push(session);
    session.on('error', () => {});
    session.on('close', () => sessions.splice(sessions.indexOf(session), 1));
  });
  server.on('stream', (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
    stream.on('error', () => {});
    onStream(stream, headers);
  });
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    for (const session of sessions.slice()) session.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    sessions,
    get connections() {
      return connections;
    },
  };
}

async function secureServer(settings: http2.Settings): Promise<http2.Http2SecureServer> {
  const { chain, key } = await createSelfSigned({ names: ['web.internal'], days: 1 });
  return http2.createSecureServer({ settings, cert: chain, key: key.reveal(), allowHTTP1: false });
}

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that differ from part to part and from seed to seed. */
export function pattern(length: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + seed * 131) & 0xff;
  return bytes;
}

/** Answers with method, length and hash of what it got; `/bytes/N` with N bytes and their hash in `x-hash`. */
export const echo: StreamHandler = (stream, headers) => {
  const [, word, count] = (headers[':path'] ?? '').split('/');
  if (word === 'bytes') {
    const body = pattern(Number(count), Number(count) & 0xff);
    stream.respond({ ':status': 200, 'x-hash': sha256(body) });
    stream.end(body);
    return;
  }
  const hash = createHash('sha256');
  let length = 0;
  stream.on('data', (part: Buffer) => {
    hash.update(part);
    length += part.length;
  });
  stream.on('end', () => {
    stream.respond({ ':status': 200 });
    stream.end(`${headers[':method']} ${length} ${hash.digest('hex')}`);
  });
};

/** A client over HTTP/2 in the clear, closed with the test. */
export async function http2Client(context: TestContext, port: number): Promise<http2.ClientHttp2Session> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  context.after(() => session.destroy());
  await once(session, 'connect');
  return session;
}

export interface Http2Reply {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: http2.IncomingHttpHeaders | null;
}

/** Opens a stream for `web.test`. */
export function openStream(
  session: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
  options: http2.ClientSessionRequestOptions = {},
): http2.ClientHttp2Stream {
  const stream = session.request({ ':authority': 'web.test', ...headers }, options);
  stream.on('error', () => {});
  return stream;
}

/** Reads the whole answer. @throws {Error} With the reset's code. */
export async function replyOf(stream: http2.ClientHttp2Stream): Promise<Http2Reply> {
  let trailers: http2.IncomingHttpHeaders | null = null;
  stream.on('trailers', (fields) => {
    trailers = fields;
  });
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return { status: Number(headers[':status']), headers, body: Buffer.concat(parts), trailers };
}

/** Asks for `web.test` by a stream of its own. */
export function askStream(
  session: http2.ClientHttp2Session,
  headers: http2.OutgoingHttpHeaders,
  body?: Buffer,
): Promise<Http2Reply> {
  const stream = openStream(session, headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return replyOf(stream);
}
