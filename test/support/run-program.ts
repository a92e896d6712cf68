import { execFile } from 'node:child_process';
import { needProgram } from './programs.ts';

/** What a program wrote, and how it ended. */
export interface ProgramRun {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

const LIMIT_MS = 60_000;

/**
 * Runs a program to its end without the proxies of this machine's environment, for a minute at most.
 *
 * @param input Its standard input; none when left out.
 */
export function runProgram(
  name: string,
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ProgramRun> {
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  for (const name of Object.keys(env)) if (/_proxy$/i.test(name)) delete env[name];
  return new Promise((resolve) => {
    const child = execFile(
      needProgram(name),
      args,
      { env, cwd: options.cwd, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024, encoding: 'latin1' },
      (problem, out, error) => {
        const status = problem === null ? 0 : typeof problem.code === 'number' ? problem.code : -1;
        resolve({ status, out, error });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}
