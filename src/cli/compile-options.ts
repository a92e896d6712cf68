import { PROCESS_OPTIONS } from '../config/process-options.ts';
import type { ConfiguredOptions } from '../config.ts';
import type { Result } from '../lib/result.ts';
import { ok } from '../lib/result.ts';
import type { Args, FlagSpec } from './args.ts';
import type { CommandContext } from './command.ts';
import { CONFIG_FLAG, readOptions } from './read-options.ts';

/** `-o json` */
export const OUTPUT_FLAG: FlagSpec = {
  name: 'o',
  placeholder: 'FORMAT',
  help: 'text or json',
  choices: ['text', 'json'],
  default: 'text',
};

const SHARED = ['ingress-class', 'root-namespaces'];

/** The flags of `sluice run` that change what objects mean. */
export const COMPILE_FLAGS: readonly FlagSpec[] = [
  CONFIG_FLAG,
  ...PROCESS_OPTIONS.filter(({ flag }) => SHARED.includes(flag)).map((option) => ({
    ...option,
    name: option.flag,
  })),
];

/** The options under which manifests are compiled: those that `sluice run` would have. */
export async function readCompileOptions(
  args: Args,
  context: CommandContext,
): Promise<Result<ConfiguredOptions, readonly string[]>> {
  const shared = [...args.flags].filter(([name]) => name === 'config' || SHARED.includes(name));
  const flags = new Map([...shared, ['manifests', ['.']] as const]);
  const resolved = await readOptions(flags, { ...context, env: {} });
  return resolved.ok ? ok(resolved.value.options) : resolved;
}
