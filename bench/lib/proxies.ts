import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../scripts/find-program.ts';
import type { BenchCase } from './bench-case.ts';
import { NGINX_PORT, SLUICE_PORT, UPSTREAM_PORTS } from './bench-case.ts';
import type { PinnedProcess } from './pinned-process.ts';
import { startPinned } from './pinned-process.ts';

/** The proxy has this core for itself; upstreams and load generator share the other. */
export const PROXY_CORE = 0;
export const LOAD_CORE = 1;

/** A proxy that is measured. */
export interface BenchProxy {
  readonly name: string;
  readonly port: number;
  start(measured: BenchCase): Promise<PinnedProcess>;
}

const bench = fileURLToPath(new URL('..', import.meta.url));

const sluice: BenchProxy = {
  name: 'sluice',
  port: SLUICE_PORT,
  start(measured) {
    const command = [
      ...[join(bench, '../bin/sluice'), 'run', '--manifests', join(bench, 'manifests', measured.manifests)],
      ...['--http', `127.0.0.1:${SLUICE_PORT}`, '--https', 'off', '--admin', '127.0.0.1:0'],
      ...['--workers', '1', '--access-log', 'off', '--log-level', 'error', '--drain-timeout', '0'],
    ];
    return startPinned(command, { core: PROXY_CORE, ports: [SLUICE_PORT] });
  },
};

const nginx: BenchProxy = {
  name: 'nginx',
  port: NGINX_PORT,
  start: (measured) => startNginx(measured.nginxConfig, PROXY_CORE, [NGINX_PORT]),
};

/** The proxies that can run here, Sluice first. */
export function proxiesHere(): readonly BenchProxy[] {
  return findProgram('nginx') === undefined ? [sluice] : [sluice, nginx];
}

/** Starts the services behind the proxies: nginx, or a tiny server of ours. */
export function startUpstreams(): Promise<PinnedProcess> {
  if (findProgram('nginx') !== undefined) return startNginx('upstream.conf', LOAD_CORE, UPSTREAM_PORTS);
  const command = [process.execPath, join(bench, 'lib/tiny-upstream.ts')];
  return startPinned(command, { core: LOAD_CORE, ports: UPSTREAM_PORTS });
}

async function startNginx(config: string, core: number, ports: readonly number[]): Promise<PinnedProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const command = ['nginx', '-p', folder, '-e', 'stderr', '-c', join(bench, 'peers', config)];
  const started = await startPinned(command, { core, ports });
  return {
    pid: started.pid,
    async stop() {
      await started.stop();
      await rm(folder, { recursive: true });
    },
  };
}
