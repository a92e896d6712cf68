import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../scripts/find-program.ts';
import { createCertificateAuthority } from '../../src/certs/self-signed.ts';
import { atExit } from './at-exit.ts';
import { GREETING, GRPC_PATH } from './grpc-message.ts';
import type { PinnedProcess } from './pinned-process.ts';
import { LOAD_CORE, startPinned } from './pinned-process.ts';

/** The folder `bench/`. */
export const BENCH = fileURLToPath(new URL('..', import.meta.url));

/** The name of the site: it resolves everywhere, and load generators send it as SNI. */
export const HOST = 'localhost';

/** Where the services answer: a fixed text and files on two ports, the SHA-256 of a request body on the third. */
export const SERVICE_PORTS = [19_001, 19_002] as const;
const HASH_PORT = 19_003;
/** HTTP/2 in the clear: the fixed text; gRPC. Only where nghttpd is. */
const HTTP2_PORT = 19_004;
const GRPC_PORT = 19_005;

/** Bodies that the services serve, below `/files/`, with their sizes in bytes. */
export const FILES = { '16k': 16_384, '1m': 1_048_576 } as const;

/** A Sluice to measure. */
export interface SluiceProgram {
  /** Path of `bin/sluice`; default: this checkout's. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What all proxies stand in front of. */
export interface Site {
  /**
   * Working directory of every program. Holds the files of `bench/peers`, `tls.crt`, `tls.key`, `tls.pem` (both), `files/`, and in
   * `manifests/` what makes Sluice serve the site.
   */
  readonly folder: string;
  /** How Sluice is started, should it not be this checkout's, plainly. */
  readonly sluice?: SluiceProgram;
  close(): Promise<void>;
}

/**
 * Makes the folder with fresh certificates and bodies, and starts the services on the load generator's core.
 *
 * @param serviceCores Where they run instead, one process of nginx on each.
 * @throws {Error} When nginx, which serves, is not there, or a port is taken.
 */
export async function openSite(serviceCores: readonly number[] = [LOAD_CORE]): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const remove = atExit(() => rmSync(folder, { recursive: true, force: true }));
  const running: PinnedProcess[] = [];
  async function close(): Promise<void> {
    for (const service of running) await service.stop();
    remove();
  }
  try {
    await fill(folder);
    const start = (command: readonly string[], ports: readonly number[]): Promise<PinnedProcess> =>
      startPinned(command, { cores: serviceCores, ports, cwd: folder });
    const processes = ['-g', `worker_processes ${serviceCores.length};`];
    const nginx = ['nginx', '-p', folder, '-e', 'stderr', '-c', 'services.nginx.conf', ...processes];
    running.push(await start(nginx, SERVICE_PORTS));
    const hashing = [process.execPath, join(BENCH, 'lib/hash-service.ts'), String(HASH_PORT)];
    running.push(await start(hashing, [HASH_PORT]));
    if (findProgram('nghttpd') !== undefined) {
      // Envoy does not wait to be told how many streams it may open: all requests of a case must have one.
      const limits = ['-m', '1000'];
      const files = ['-d', 'http2', '--mime-types-file=mime.types'];
      const nghttpd = ['nghttpd', '-a', '127.0.0.1', '--no-tls', ...limits, ...files];
      running.push(await start([...nghttpd, String(HTTP2_PORT)], [HTTP2_PORT]));
      const grpc = ['--trailer', 'grpc-status: 0', '--no-content-length'];
      running.push(await start([...nghttpd, ...grpc, String(GRPC_PORT)], [GRPC_PORT]));
    }
    return { folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(folder: string): Promise<void> {
  const authority = await createCertificateAuthority({ name: 'Sluice bench', days: 1 });
  const { chain, key } = await authority.issue({ names: [HOST], days: 1 });
  await cp(join(BENCH, 'manifests/site'), join(folder, 'manifests'), { recursive: true });
  // nginx started as root reads files as nobody.
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'files'));
  await cp(join(BENCH, 'peers'), folder, { recursive: true });
  for (const [name, size] of Object.entries(FILES)) {
    await writeFile(join(folder, 'files', name), randomBytes(size));
  }
  await mkdir(join(folder, 'http2', dirname(GRPC_PATH)), { recursive: true });
  await writeFile(join(folder, 'http2/h2c'), 'hello, world\n');
  await writeFile(join(folder, 'http2', GRPC_PATH), GREETING.answer);
  await writeFile(join(folder, 'tls.crt'), chain);
  await writeFile(join(folder, 'tls.key'), key.reveal(), { mode: 0o600 });
  await writeFile(join(folder, 'tls.pem'), chain + key.reveal(), { mode: 0o600 });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'tls', namespace: 'bench' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(chain), 'tls.key': base64(key.reveal()) },
  };
  await writeFile(join(folder, 'manifests/secret.json'), JSON.stringify(secret), { mode: 0o600 });
}
