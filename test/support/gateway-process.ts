import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { root } from './source-files.ts';

/** `sluice run` in a process of its own. */
export interface GatewayProcess {
  readonly http: number;
  /** Status of a path of the admin address; 0 when it is not there. */
  probe(path: string): Promise<number>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with its status when it has ended. */
  readonly ended: Promise<number | null>;
}

interface LogLine {
  readonly message?: string;
  readonly listener?: string;
  readonly port?: number;
}

/**
 * Starts it with two workers and no TLS, killed when the test ends. Resolves when it is ready.
 *
 * @param options.http Port to listen on; any when left out.
 * @throws {Error} If it ends before.
 */
export async function startGatewayProcess(
  context: TestContext,
  folder: string,
  options: { readonly http?: number; readonly flags?: readonly string[] } = {},
): Promise<GatewayProcess> {
  const { http = 0, flags = [] } = options;
  const child = spawn(
    join(root, 'bin/sluice'),
    [
      ...['run', '--manifests', folder, '--http', `127.0.0.1:${http}`, '--https', 'off', '--workers', '2'],
      ...['--admin', '127.0.0.1:0', '--access-log', 'off', '--log-format', 'json', ...flags],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  context.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([status]) => status as number | null);
  const ports = await Promise.race([
    portsOf(child),
    ended.then((status) => Promise.reject(new Error(`ended with ${status}`))),
  ]);
  return {
    http: ports.http,
    probe: (path) =>
      fetch(`http://127.0.0.1:${ports.admin}${path}`).then(
        ({ status }) => status,
        () => 0,
      ),
    signal: (name) => void child.kill(name),
    ended,
  };
}

/** Ports are logged when the gateway is ready. */
function portsOf(child: ChildProcess): Promise<{ readonly http: number; readonly admin: number }> {
  return new Promise((resolve) => {
    const ports = new Map<string, number>();
    if (child.stderr === null) throw new Error('stderr must be a pipe');
    createInterface({ input: child.stderr }).on('line', (text) => {
      const { message, listener, port } = JSON.parse(text) as LogLine;
      if (message !== 'listening' || listener === undefined || port === undefined) return;
      ports.set(listener, port);
      const [http, admin] = [ports.get('http'), ports.get('admin')];
      if (http !== undefined && admin !== undefined) resolve({ http, admin });
    });
  });
}
