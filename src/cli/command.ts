import type { Args, CommandSpec } from './args.ts';

/** What a command may touch of the process. Tests give their own. */
export interface CommandContext {
  /** Writes to stdout; whole lines. */
  readonly out: (text: string) => void;
  /** Writes to stderr; whole lines. */
  readonly error: (text: string) => void;
  /** stdout takes colours: a terminal, and no NO_COLOR. */
  readonly color: boolean;
  /** stderr is a terminal. */
  readonly terminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: EndSignals;
}

/** Signals that ask the process to end (SIGTERM, SIGINT). */
export interface EndSignals {
  /** Calls back on each signal from now on, to the end of the process. */
  listen(onSignal: (signal: NodeJS.Signals) => void): void;
  /** Ends the process at once. */
  exit(status: number): void;
}

/** One command of `sluice`: what it takes and what it does. */
export interface Command {
  readonly spec: CommandSpec;
  /** @returns The exit status: 0 fine, 1 what was looked at is not fine, 2 wrong usage. */
  run(args: Args, context: CommandContext): Promise<number>;
}

/** Exit status of wrong usage. */
export const USAGE = 2;
