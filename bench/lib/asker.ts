import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOptions } from './load-options.ts';
import { HOST } from './site.ts';

/** Node resets the streams of a session in which more waits: bodies are given to it whole. */
const SESSION_MEMORY_MB = 100;

/** One request. */
export interface Question {
  readonly path: string;
  /** Sent by POST; null: a GET. */
  readonly body: Buffer | null;
  /** Sends the body in pieces with pauses. */
  readonly slowly: boolean;
}

/** What came back, when its head has. */
export interface Answer {
  readonly status: number;
  readonly body: Readable;
  /** When the body has ended. */
  readonly trailers: () => Readonly<Record<string, unknown>>;
}

/** A client of Node's own that asks in the same protocol as a load. */
export interface Asker {
  /** @throws {Error} When no answer comes. */
  ask(question: Question): Promise<Answer>;
  close(): void;
}

/** Over HTTP/1.1 each question gets a connection of its own; over HTTP/2 they share one. */
export function askerFor(options: LoadOptions): Asker {
  return options.streams === undefined ? http1Asker(options) : http2Asker(options);
}

function http1Asker({ port, tls = false, hosts = [HOST], headers = {} }: LoadOptions): Asker {
  return {
    ask: ({ path, body, slowly }) => {
      const request = (tls ? https : http).request({
        ...{ host: HOST, port, path, method: body === null ? 'GET' : 'POST', agent: false },
        headers: { ...headers, ...lengthOf(body), host: hosts[0] ?? HOST },
        rejectUnauthorized: false,
      });
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      request.on('error', reject).on('response', (response) => {
        resolve({ status: response.statusCode ?? 0, body: response, trailers: () => response.trailers });
      });
      send(request, body, slowly).catch(reject);
      return promise;
    },
    close: () => {},
  };
}

function http2Asker({ port, tls = false, headers = {} }: LoadOptions): Asker {
  const session = http2.connect(`${tls ? 'https' : 'http'}://${HOST}:${port}`, {
    rejectUnauthorized: false,
    maxSessionMemory: SESSION_MEMORY_MB,
  });
  // Each question under way hears of it too.
  session.on('error', () => {});
  return {
    ask: ({ path, body, slowly }) => {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const method = body === null ? 'GET' : 'POST';
      const fields = { ...headers, ...lengthOf(body), ':method': method, ':path': path };
      const stream = session.request(fields, { endStream: body === null });
      let trailers: Readonly<Record<string, unknown>> = {};
      stream.on('error', reject).on('trailers', (found) => {
        trailers = found;
      });
      stream.on('response', (found) => {
        resolve({ status: Number(found[':status']), body: stream, trailers: () => trailers });
      });
      if (body !== null) send(stream, body, slowly).catch(reject);
      return promise;
    },
    close: () => session.destroy(),
  };
}

function lengthOf(body: Buffer | null): Readonly<Record<string, string>> {
  return body === null ? {} : { 'content-length': String(body.length) };
}

/** Sends a body at once, or in pieces with pauses. */
async function send(request: Writable, body: Buffer | null, slowly: boolean): Promise<void> {
  const { length } = body ?? '';
  const step = slowly ? 65_536 : length;
  for (let at = 0; body !== null && at < length; at += step) {
    request.write(body.subarray(at, at + step));
    if (slowly) await sleep(1);
  }
  request.end();
}
