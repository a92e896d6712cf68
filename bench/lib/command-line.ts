import { parseArgs } from 'node:util';
import { messageOf } from '../../src/lib/error-message.ts';

/** How long and how often to measure. */
export interface RunLength {
  readonly rounds: number;
  readonly seconds: number;
}

/** What `npm run bench` was asked for. */
export type BenchCommand =
  | { readonly kind: 'list' }
  | { readonly kind: 'results' }
  | (RunLength & { readonly kind: 'all'; readonly against?: readonly string[] })
  | (RunLength & {
      readonly kind: 'some';
      readonly cases: readonly string[];
      readonly against?: readonly string[];
    })
  | (RunLength & { readonly kind: 'compare'; readonly ref: string; readonly cases: readonly string[] });

/** Names that a command line may use. */
export interface KnownNames {
  readonly cases: readonly string[];
  readonly peers: readonly string[];
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the arguments of `npm run bench`.
 *
 * @throws {UsageError} When they mean nothing.
 */
export function readBenchCommand(argv: readonly string[], known: KnownNames): BenchCommand {
  const { values, positionals } = parsed(argv);
  const [first, ...rest] = positionals;
  const length = { rounds: whole('rounds', values.rounds), seconds: whole('seconds', values.seconds) };
  const against = values.against?.split(',').filter((name) => name !== '');
  for (const name of against ?? []) mustBeKnown('peer', name, known.peers);
  if (first === 'compare') {
    const [ref, ...cases] = rest;
    if (ref === undefined) throw new UsageError('compare needs a commit: npm run bench compare HEAD');
    if (against !== undefined) throw new UsageError('--against has no meaning for compare: it runs no peers');
    for (const name of cases) mustBeKnown('case', name, known.cases);
    return { kind: 'compare', ref, cases: cases.length > 0 ? cases : ['small'], ...length };
  }
  if (first === undefined) return { kind: 'list' };
  if (first === 'results' || first === 'all') {
    if (rest.length > 0) throw new UsageError(`${first} stands alone: "${rest[0]}" cannot follow it`);
    return first === 'results' ? { kind: first } : { kind: first, ...length, ...(against && { against }) };
  }
  for (const name of positionals) mustBeKnown('case', name, known.cases);
  return { kind: 'some', cases: positionals, ...length, ...(against && { against }) };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '8' },
        against: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/**
 * A whole number of at least 1: load generators take no fractions of a second.
 *
 * @throws {UsageError} When it is none.
 */
export function whole(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new UsageError(`--${option} "${text}" is not a whole number of at least 1`);
  }
  return Number(text);
}

/** @throws {UsageError} When there is no such name. */
export function mustBeKnown(kind: 'case' | 'peer', name: string, known: readonly string[]): void {
  if (!known.includes(name)) {
    throw new UsageError(`there is no ${kind} "${name}": it is one of ${known.join(', ')}`);
  }
}
