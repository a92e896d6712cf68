import { didYouMean } from '../lib/nearest.ts';
import { helpText, parseArgs } from './args.ts';
import type { Command, CommandContext } from './command.ts';
import { USAGE } from './command.ts';
import { COMMANDS, overview } from './help.ts';

/**
 * Runs one command line, without the program's name.
 *
 * @returns The exit status.
 */
export async function main(argv: readonly string[], context: CommandContext): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    context.error(overview());
    return USAGE;
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    if (rest[0] !== undefined && rest[0] !== 'help') return main([rest[0], '--help'], context);
    context.out(overview());
    return 0;
  }
  if (name === '--version') return main(['version', ...rest], context);
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry === undefined) {
    const names = COMMANDS.map((command) => command.name);
    const hint = didYouMean(name, names, (known) => `sluice ${known}`);
    context.error(`sluice: unknown command ${JSON.stringify(name)}${hint || '; see sluice --help'}\n`);
    return USAGE;
  }
  return runCommand(await entry.load(), rest, context);
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  context: CommandContext,
): Promise<number> {
  const args = parseArgs(command.spec, argv);
  if (!args.ok) {
    context.error(`sluice ${command.spec.name}: ${args.error}\n`);
    return USAGE;
  }
  if (args.value.help) {
    context.out(helpText(command.spec));
    return 0;
  }
  return command.run(args.value, context);
}
