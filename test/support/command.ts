import type { CommandContext } from '../../src/cli/command.ts';
import { main } from '../../src/cli/main.ts';

/** What a command line did. */
export interface CommandRun {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** A context that collects what is written; signals come from `signal()`. */
export interface FakeContext extends CommandContext {
  /** Everything written so far. */
  readonly written: { out: string; error: string };
  /** What `exit` was called with. */
  readonly exits: number[];
  signal(name: NodeJS.Signals): void;
  /** Called with each text that goes to stdout. */
  onOut: (text: string) => void;
}

/** Makes a context without a terminal. */
export function fakeContext(env: CommandContext['env'] = {}): FakeContext {
  const written = { out: '', error: '' };
  const exits: number[] = [];
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  const context: FakeContext = {
    written,
    exits,
    onOut: () => {},
    out: (text) => {
      written.out += text;
      context.onOut(text);
    },
    error: (text) => {
      written.error += text;
    },
    color: false,
    terminal: false,
    env,
    signals: {
      listen(onSignal) {
        listeners.add(onSignal);
      },
      exit: (status) => {
        exits.push(status);
      },
    },
    signal: (name) => {
      for (const listener of listeners) listener(name);
    },
  };
  return context;
}

/** Runs `sluice ARGV` in this process, to its end. */
export async function runCommand(...argv: readonly string[]): Promise<CommandRun> {
  const context = fakeContext();
  const status = await main(argv, context);
  return { status, ...context.written };
}
