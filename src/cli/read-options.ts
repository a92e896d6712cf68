import { readFile } from 'node:fs/promises';
import type { OptionSources, ResolvedOptions } from '../config/resolve.ts';
import { resolveOptions } from '../config/resolve.ts';
import { messageOf } from '../lib/error-message.ts';
import type { Result } from '../lib/result.ts';
import { err } from '../lib/result.ts';
import type { Args, FlagSpec } from './args.ts';
import type { CommandContext } from './command.ts';

/** The flag that names the configuration file, the same for every command that has one. */
export const CONFIG_FLAG: FlagSpec = {
  name: 'config',
  placeholder: 'FILE',
  help: 'options as YAML (docs/configuration.md); a flag wins over it',
};

/**
 * Reads the file that `--config` names, if it is given, and lays the flags over it.
 *
 * @returns All that is wrong, one line each, when anything is.
 */
export async function readOptions(
  flags: Args['flags'],
  context: CommandContext,
): Promise<Result<ResolvedOptions, readonly string[]>> {
  const path = flags.get('config')?.[0];
  const sources: Omit<OptionSources, 'file'> = {
    flags,
    inCluster: context.env.KUBERNETES_SERVICE_HOST !== undefined,
    terminal: context.terminal,
  };
  if (path === undefined) return resolveOptions({ ...sources, file: null });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return err([`cannot read --config: ${messageOf(error)}`]);
  }
  return resolveOptions({ ...sources, file: { name: path, text } });
}
