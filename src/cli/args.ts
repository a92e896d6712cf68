import { didYouMean } from '../lib/nearest.ts';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';

/** A flag of one command. */
export interface FlagSpec {
  /** Without the hyphens; one letter is written with one hyphen. */
  readonly name: string;
  /** What stands for the value in the help; null: a switch. */
  readonly placeholder: string | null;
  readonly repeat?: boolean;
  readonly help: string;
  /** Shown in the help. */
  readonly default?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
}

/** What a command takes, and the text of its `--help`. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Names of the operands, in order; the last may be `X...`. */
  readonly operands: readonly string[];
  /** Operands that may be left away, counted from the end. */
  readonly optionalOperands?: number;
  readonly flags: readonly FlagSpec[];
  /** Paragraphs that teach. */
  readonly about: readonly string[];
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [commandLine: string, does: string])[];
}

/** A command line, taken apart. */
export interface Args {
  readonly help: boolean;
  readonly operands: readonly string[];
  /** Values by flag; a switch has the value ``. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

const HELP: FlagSpec = { name: 'help', placeholder: null, help: 'this text' };

/**
 * Takes a command line apart by a command's spec: `--flag value`, `--flag=value`, `-o value`, `--switch`;
 * `--` ends the flags. With `--help` nothing else is checked.
 *
 * @returns Or one line that names the mistake.
 */
export function parseArgs(spec: CommandSpec, argv: readonly string[]): Result<Args, string> {
  const flags = new Map<string, string[]>();
  const operands: string[] = [];
  if (argv.includes('--help') || argv.includes('-h')) return ok({ help: true, operands, flags });
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      operands.push(...rest);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const problem = takeFlag(spec, word, rest, flags);
    if (problem !== undefined) return err(problem);
  }
  const problem = checkOperands(spec, operands);
  return problem === undefined ? ok({ help: false, operands, flags }) : err(problem);
}

/** Reads one flag and its value, which may be the next word. */
function takeFlag(
  spec: CommandSpec,
  word: string,
  rest: string[],
  flags: Map<string, string[]>,
): string | undefined {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  const written = equals === -1 ? word : word.slice(0, equals);
  const flag = [...spec.flags, HELP].find((known) => writeFlag(known) === written);
  if (flag === undefined) {
    const known = [...spec.flags, HELP].map(writeFlag);
    return `unknown flag ${written}${didYouMean(written, known, (name) => name)}`;
  }
  let value: string | undefined = equals === -1 ? undefined : word.slice(equals + 1);
  if (flag.placeholder === null) {
    if (value !== undefined) return `${written} takes no value`;
    value = '';
  } else {
    value ??= rest.shift();
    if (value === undefined) return `${written} needs a value: ${written} ${flag.placeholder}`;
    if (flag.choices !== undefined && !flag.choices.includes(value)) {
      return `${written} must be ${flag.choices.join(' or ')}, not ${JSON.stringify(value)}`;
    }
  }
  const before = flags.get(flag.name);
  if (before !== undefined && flag.repeat !== true) return `${written} is given twice`;
  flags.set(flag.name, [...(before ?? []), value]);
  return undefined;
}

function checkOperands(spec: CommandSpec, operands: readonly string[]): string | undefined {
  const names = spec.operands;
  const least = names.length - (spec.optionalOperands ?? 0);
  const missing = names[operands.length];
  if (operands.length < least && missing !== undefined) return `${missing.replace('...', '')} is missing`;
  const extra = operands[names.length];
  if (extra !== undefined && names.at(-1)?.endsWith('...') !== true) {
    return `unexpected ${JSON.stringify(extra)}`;
  }
  return undefined;
}

function writeFlag(flag: FlagSpec): string {
  return flag.name.length === 1 ? `-${flag.name}` : `--${flag.name}`;
}

/** The text of `--help`. */
export function helpText(spec: CommandSpec): string {
  const operands = spec.operands.map((name, index) =>
    index >= spec.operands.length - (spec.optionalOperands ?? 0) ? ` [${name}]` : ` ${name}`,
  );
  const lines = [`Usage: sluice ${spec.name}${operands.join('')} [flags]`, '', ...spec.about, '', 'Flags:'];
  for (const flag of [...spec.flags, HELP]) {
    const value = flag.placeholder === null ? '' : ` ${flag.placeholder}`;
    const repeat = flag.repeat === true ? ' (repeatable)' : '';
    const fallback = flag.default === undefined || flag.default === '' ? '' : ` [default: ${flag.default}]`;
    const left = `  ${writeFlag(flag)}${value}`;
    lines.push(left.length < 27 ? left.padEnd(28) + flag.help : `${left}\n${' '.repeat(28)}${flag.help}`);
    lines[lines.length - 1] += repeat + fallback;
  }
  if (spec.examples.length > 0) lines.push('', 'Examples:');
  for (const [commandLine, does] of spec.examples) lines.push(`  ${commandLine}`, `      ${does}`);
  return `${lines.join('\n')}\n`;
}
