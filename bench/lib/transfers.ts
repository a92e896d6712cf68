import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST } from './site.ts';
import type { LoadOptions } from './wrk.ts';

/** Transfers at once, and how many of them read slowly. */
const TRANSFERS = 24;
const SLOW_EVERY = 3;

const START_LIMIT_MS = 20_000;

/**
 * Waits until a proxy that listens has its routes too.
 *
 * @throws {Error} When it never has.
 */
export async function untilServed(options: LoadOptions): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while ((await statusOf(options, '/').catch(() => undefined)) !== 200) {
    if (performance.now() > deadline) throw new Error(`Port ${options.port} does not serve the site`);
    await sleep(50);
  }
}

async function statusOf(options: LoadOptions, path: string): Promise<number | undefined> {
  const response = await answer(options, { path, body: null, slowly: false });
  response.resume();
  return response.statusCode;
}

/**
 * Fetches, or sends, what a load asks for, several at once and every third one slowly, and compares each body.
 * A proxy that answers by itself, or loses a byte, would be very fast.
 *
 * @throws {Error} When a body differs, or a refusal is not the one that is asked for.
 */
export async function checkTransfers(options: LoadOptions, folder: string): Promise<void> {
  if (options.refused !== undefined) {
    const status = await statusOf(options, options.paths[0] ?? '/');
    if (status !== options.refused) throw new Error(`${options.paths[0]} is answered with ${status}`);
    return;
  }
  const expected = await expectedBody(options, folder);
  const all = Array.from({ length: TRANSFERS }, async (_, index) => {
    const body = await transfer(options, { ...expected, slowly: index % SLOW_EVERY === 0 });
    if (sha256(body) !== sha256(expected.answer)) {
      const found = body.length < 100 ? JSON.stringify(body.toString()) : `${body.length} other bytes`;
      throw new Error(`The answer to ${options.paths[0]} at port ${options.port} is ${found}`);
    }
  });
  await Promise.all(all);
}

interface Question {
  readonly path: string;
  readonly body: Buffer | null;
  readonly slowly: boolean;
}

interface Expected extends Omit<Question, 'slowly'> {
  readonly answer: Buffer;
}

async function expectedBody({ paths, uploadBytes }: LoadOptions, folder: string): Promise<Expected> {
  const path = paths[0] ?? '/';
  if (uploadBytes !== undefined) {
    const body = randomBytes(uploadBytes);
    return { path: '/hash', body, answer: Buffer.from(sha256(body)) };
  }
  const answer = path.startsWith('/files/')
    ? await readFile(join(folder, path))
    : Buffer.from('hello, world\n');
  return { path, body: null, answer };
}

async function transfer(options: LoadOptions, question: Question): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await answer(options, question)) {
    chunks.push(chunk as Buffer);
    if (question.slowly) await sleep(1);
  }
  return Buffer.concat(chunks);
}

async function answer(options: LoadOptions, { path, body, slowly }: Question): Promise<IncomingMessage> {
  const { port, tls = false, hosts = [HOST], headers = {} } = options;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (tls ? https : http).request({
    ...{ host: HOST, port, path, method: body === null ? 'GET' : 'POST', agent: false },
    ...{ headers: { ...headers, host: hosts[0] ?? HOST }, rejectUnauthorized: false },
  });
  request.on('response', resolve).on('error', reject);
  if (body === null) request.end();
  else await send(request, body, slowly);
  return promise;
}

/** Sends a body at once, or in pieces with pauses. */
async function send(request: http.ClientRequest, body: Buffer, slowly: boolean): Promise<void> {
  request.setHeader('content-length', body.length);
  const step = slowly ? 65_536 : body.length;
  for (let at = 0; at < body.length; at += step) {
    request.write(body.subarray(at, at + step));
    if (slowly) await sleep(1);
  }
  request.end();
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
