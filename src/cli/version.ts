import { sluiceVersion } from '../lib/version.ts';
import type { Args } from './args.ts';
import type { Command, CommandContext } from './command.ts';

async function run(args: Args, { out }: CommandContext): Promise<number> {
  const version = await sluiceVersion();
  if (args.flags.get('o')?.[0] === 'json')
    out(`${JSON.stringify({ sluice: version, node: process.version })}\n`);
  else out(`sluice ${version} on Node.js ${process.version}\n`);
  return 0;
}

/** `sluice version` */
export const versionCommand: Command = {
  spec: {
    name: 'version',
    summary: 'print the versions of Sluice and of Node.js',
    operands: [],
    flags: [
      { name: 'o', placeholder: 'FORMAT', help: 'json or text', choices: ['json', 'text'], default: 'text' },
    ],
    about: ['Prints the version of Sluice and of the Node.js that runs it.'],
    examples: [],
  },
  run,
};
