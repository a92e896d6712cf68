import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The proxy has this core for itself; services and load generator share the other. */
export const PROXY_CORE = 0;
export const LOAD_CORE = 1;

/** Leaves the proxy's core: what this process does is part of the load. */
export function moveToLoadCore(): void {
  execFileSync('taskset', ['-a', '-p', '-c', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });
}

/** A program that runs on cores of its own and listens. */
export interface PinnedProcess {
  readonly pid: number;
  /** Ends it and waits until it has. */
  stop(): Promise<void>;
}

/** How to start it. Its stderr is ours. */
export interface PinnedOptions {
  readonly cores: readonly number[];
  /** It is up when all of these take connections on 127.0.0.1. */
  readonly ports: readonly number[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const START_LIMIT_MS = 60_000;
const ENDS_WITH_US = ['setpriv', '--pdeathsig', 'TERM'];

/**
 * Starts a program on the given cores and waits until it listens. taskset and setpriv replace themselves by it, so
 * the pid is its own; should the bench be killed, the kernel ends it too (prctl(2), PR_SET_PDEATHSIG).
 *
 * @throws {Error} When a port is taken, the program ends, or it does not listen in time.
 */
export async function startPinned(
  command: readonly string[],
  options: PinnedOptions,
): Promise<PinnedProcess> {
  const { cores, ports, cwd, env = {} } = options;
  for (const port of ports) {
    if (await answers(port)) throw new Error(`Port ${port} is taken: the bench needs it`);
  }
  const child = spawn('taskset', ['-c', cores.join(), ...ENDS_WITH_US, ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd,
    env: { ...process.env, ...env },
  });
  const started: PinnedProcess = { pid: child.pid ?? 0, stop: () => stop(child) };
  const deadline = performance.now() + START_LIMIT_MS;
  for (const port of ports) {
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`${command[0]} ended with status ${child.exitCode}`);
      if (performance.now() > deadline) {
        await stop(child);
        throw new Error(`${command[0]} does not listen on ${port}`);
      }
      await sleep(50);
    }
  }
  return started;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), 5000);
  await once(child, 'exit');
  clearTimeout(kill);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
