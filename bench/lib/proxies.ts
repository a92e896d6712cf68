import { join } from 'node:path';
import type { PinnedProcess } from './pinned-process.ts';
import { PROXY_CORE, startPinned } from './pinned-process.ts';
import type { Site } from './site.ts';
import { BENCH } from './site.ts';

/** A proxy that stands before the site. */
export interface ProxyProgram {
  /** Of the program, and of the subject in the tables. */
  readonly name: string;
  /** Arguments that make it print its version. */
  readonly versionArgs: readonly string[];
  /** Where it listens, on 127.0.0.1. */
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Default: core {@link PROXY_CORE}. */
  readonly cores?: readonly number[];
  /** Command line, to be run in the site's folder. */
  readonly command: (site: Site) => readonly string[];
  readonly env?: (site: Site) => Readonly<Record<string, string>>;
}

/** How Sluice differs from its plainest form. */
export interface SluiceOptions {
  /** Folder of manifests; default: the site's. */
  readonly manifests?: string;
  /** Default 1. */
  readonly workers?: number;
  /** Default: the one of all proxies. */
  readonly cores?: readonly number[];
  /** Default `off`. */
  readonly accessLog?: string;
  readonly args?: readonly string[];
}

const SLUICE_PORTS = { httpPort: 18_080, httpsPort: 18_440 } as const;
/** Where Sluice answers operators. */
export const SLUICE_ADMIN_PORT = 18_090;

/** Sluice with one worker, as the peers have one. */
export function sluice(options: SluiceOptions = {}): ProxyProgram {
  const { manifests, workers = 1, cores = [PROXY_CORE], accessLog = 'off', args = [] } = options;
  const { httpPort, httpsPort } = SLUICE_PORTS;
  return {
    name: 'sluice',
    versionArgs: ['version'],
    ...SLUICE_PORTS,
    cores,
    env: ({ sluice: { env = {} } = {} }) => env,
    command: ({ folder, sluice: { program = join(BENCH, '../bin/sluice') } = {} }) => [
      ...[program, 'run', '--manifests', manifests ?? join(folder, 'manifests')],
      ...['--http', `127.0.0.1:${httpPort}`, '--https', `127.0.0.1:${httpsPort}`],
      ...['--admin', `127.0.0.1:${SLUICE_ADMIN_PORT}`, '--health', 'off', '--workers', String(workers)],
      ...[
        '--access-log',
        accessLog,
        '--log-level',
        'error',
        '--drain-delay',
        '0',
        '--drain-timeout',
        '0',
        ...args,
      ],
    ],
  };
}

/** What users would pick instead; each has one file in `bench/peers/` and one thread. */
export const PEERS: readonly ProxyProgram[] = [
  {
    name: 'nginx',
    versionArgs: ['-v'],
    httpPort: 18_081,
    httpsPort: 18_441,
    command: ({ folder }) => ['nginx', '-p', folder, '-e', 'stderr', '-c', 'nginx.conf'],
  },
  {
    name: 'haproxy',
    versionArgs: ['-v'],
    httpPort: 18_082,
    httpsPort: 18_442,
    command: () => ['haproxy', '-db', '-f', 'haproxy.cfg'],
  },
  {
    name: 'envoy',
    versionArgs: ['--version'],
    httpPort: 18_083,
    httpsPort: 18_443,
    command: () => [
      ...['envoy', '-c', 'envoy.yaml', '--concurrency', '1', '--use-dynamic-base-id'],
      ...['--log-level', 'error', '--disable-hot-restart'],
    ],
  },
  {
    name: 'traefik',
    versionArgs: ['version'],
    httpPort: 18_084,
    httpsPort: 18_444,
    command: () => ['traefik', '--configFile=traefik.yaml'],
    env: () => ({ GOMAXPROCS: '1' }),
  },
  {
    name: 'caddy',
    versionArgs: ['version'],
    httpPort: 18_085,
    httpsPort: 18_445,
    command: () => ['caddy', 'run', '--adapter', 'caddyfile', '--config', 'Caddyfile'],
    env: () => ({ GOMAXPROCS: '1' }),
  },
];

/** @throws {Error} When there is no such peer. */
export function peer(name: string): ProxyProgram {
  const found = PEERS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is no peer: bench/lib/proxies.ts lists them`);
  return found;
}

/** Starts a proxy before a site. */
export function startProxy(proxy: ProxyProgram, site: Site): Promise<PinnedProcess> {
  const { httpPort, httpsPort, cores = [PROXY_CORE], env } = proxy;
  const home = { HOME: site.folder, XDG_DATA_HOME: site.folder, XDG_CONFIG_HOME: site.folder };
  return startPinned(proxy.command(site), {
    ...{ cores, ports: [httpPort, httpsPort], cwd: site.folder },
    env: { ...home, ...env?.(site) },
  });
}
