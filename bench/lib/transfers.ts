import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asker, Question } from './asker.ts';
import { askerFor } from './asker.ts';
import { GREETING, GRPC_HEADERS } from './grpc-message.ts';
import type { LoadOptions } from './load-options.ts';

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

async function statusOf(options: LoadOptions, path: string): Promise<number> {
  return await asking(options, async (asker) => {
    const { status, body } = await asker.ask({ path, body: null, slowly: false });
    body.resume();
    return status;
  });
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
  const asked =
    options.grpc === true ? { ...options, headers: { ...options.headers, ...GRPC_HEADERS } } : options;
  await asking(asked, async (asker) => {
    const all = Array.from({ length: TRANSFERS }, async (_, index) => {
      const body = await transfer(asker, { ...expected, slowly: index % SLOW_EVERY === 0 });
      if (sha256(body) !== sha256(expected.answer)) {
        const found = body.length < 100 ? JSON.stringify(body.toString()) : `${body.length} other bytes`;
        throw new Error(`The answer to ${options.paths[0]} at port ${options.port} is ${found}`);
      }
    });
    await Promise.all(all);
  });
}

interface Expected extends Omit<Question, 'slowly'> {
  readonly answer: Buffer;
  readonly grpc: boolean;
}

async function expectedBody(
  { paths, uploadBytes, grpc = false }: LoadOptions,
  folder: string,
): Promise<Expected> {
  const path = paths[0] ?? '/';
  if (grpc) return { path, body: GREETING.question, answer: GREETING.answer, grpc };
  if (uploadBytes !== undefined) {
    const body = randomBytes(uploadBytes);
    return { path: '/hash', body, answer: Buffer.from(sha256(body)), grpc };
  }
  const answer = path.startsWith('/files/')
    ? await readFile(join(folder, path))
    : Buffer.from('hello, world\n');
  return { path, body: null, answer, grpc };
}

async function transfer(asker: Asker, question: Expected & Question): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const { body, trailers } = await asker.ask(question);
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    if (question.slowly) await sleep(1);
  }
  const status = trailers()['grpc-status'];
  if (question.grpc && status !== '0') throw new Error(`grpc-status of ${question.path} is ${status}`);
  return Buffer.concat(chunks);
}

async function asking<T>(options: LoadOptions, use: (asker: Asker) => Promise<T>): Promise<T> {
  const asker = askerFor(options);
  try {
    return await use(asker);
  } finally {
    asker.close();
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
