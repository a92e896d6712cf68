import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GREETING, GRPC_HEADERS } from './grpc-message.ts';
import type { Load, LoadOptions, LoadRun } from './load-options.ts';
import { LOAD_CORE } from './pinned-process.ts';
import { HOST } from './site.ts';

/**
 * How long connections live, in seconds. h2load opens no other one for a connection that ended, and Sluice ends
 * one after 10,000 requests: with 16 connections that would be at 160,000 requests a second.
 */
const SLICE_SECONDS = 1;

/** Windows of streams and connections, as powers of two: the least above those of browsers, 6 and 15 MiB. */
const WINDOW_BITS = ['-w', '23', '-W', '24'] as const;

/**
 * Loads a port of this machine with h2load, for a few seconds after each other with connections of their own.
 *
 * @throws {Error} When a request failed, or the options ask for what h2load has not.
 */
export async function loadHttp2(options: LoadOptions, run: LoadRun): Promise<Load> {
  if (options.thinkMs !== undefined || options.hosts !== undefined || options.refused !== undefined) {
    throw new Error('h2load knows no pauses, no other hosts and no refusals');
  }
  const log = join(run.folder, 'h2load.log');
  const args = [...(await argumentsOf(options, run.folder)), `--log-file=${log}`];
  const seconds = Math.ceil(run.seconds);
  await rm(log, { force: true });
  for (let done = 0; done < seconds; done += SLICE_SECONDS) {
    await slice(args, Math.min(SLICE_SECONDS, seconds - done));
  }
  // It appends: a line for each request with start, status, microseconds.
  const lines = (await readFile(log, 'latin1')).trimEnd().split('\n');
  const sorted = Float64Array.from(lines, (line) => Number(line.slice(line.lastIndexOf('\t'))) / 1000).sort();
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return {
    ...{ requests: sorted.length, requestsPerSecond: sorted.length / seconds },
    ...{ p50: at(0.5), p99: at(0.99), p999: at(0.999) },
  };
}

/** @throws {Error} When not every request that ended has succeeded: with a status below 400. */
async function slice(args: readonly string[], seconds: number): Promise<void> {
  const { stdout } = await promisify(execFile)('taskset', [...args, '-D', String(seconds)]);
  const line = /^requests: .* (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout$/m;
  const [done = 0, succeeded = 0] = (line.exec(stdout) ?? []).slice(1).map(Number);
  if (succeeded === 0 || succeeded < done) throw new Error(`h2load: requests failed\n${stdout}`);
  // What a connection could not send at all is not among them.
  if (stdout.includes('Process Request Failure')) throw new Error(`h2load: connections ended\n${stdout}`);
}

async function argumentsOf(options: LoadOptions, folder: string): Promise<readonly string[]> {
  const { port, tls = false, streams = 1, connections, paths, uploadBytes, grpc = false } = options;
  const { cores = [LOAD_CORE], headers = {} } = options;
  const fields = Object.entries({ ...headers, ...(grpc ? GRPC_HEADERS : {}) });
  const args = [
    ...['-c', cores.join(), 'h2load', `-t${cores.length}`, `-c${connections}`, `-m${streams}`],
    ...WINDOW_BITS,
    ...(tls ? ['--npn-list=h2', '--tls13-ciphers=TLS_AES_128_GCM_SHA256'] : ['--no-tls-proto=h2c']),
    ...fields.flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
  ];
  const body = grpc ? GREETING.question : uploadBytes === undefined ? undefined : Buffer.alloc(uploadBytes);
  if (body !== undefined) {
    const file = join(folder, 'h2load.body');
    await writeFile(file, body);
    args.push('-d', file);
  }
  return [...args, ...paths.map((path) => `${tls ? 'https' : 'http'}://${HOST}:${port}${path}`)];
}
