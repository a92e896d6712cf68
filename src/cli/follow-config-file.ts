import { unwatchFile, watchFile } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { ResolvedOptions } from '../config/resolve.ts';
import type { ConfiguredOptions } from '../config.ts';
import type { Gateway } from '../gateway.ts';
import type { Logger } from '../lib/logger.ts';
import type { Result } from '../lib/result.ts';

/** What a changed file is applied to. */
export interface Following {
  /** Reads file and flags again. */
  readonly resolve: () => Promise<Result<ResolvedOptions, readonly string[]>>;
  /** In force when the gateway started. */
  readonly options: ConfiguredOptions;
  readonly gateway: Pick<Gateway, 'reconfigure'>;
  readonly log: Logger;
}

/** How often the file is looked at. A mounted ConfigMap is a symlink that moves, which no file event tells. */
const LOOK_EVERY_MS = 1000;

/**
 * Applies the configuration file whenever it changes. A file with an error changes nothing and is reported.
 *
 * @returns Stops following.
 */
export function followConfigFile(path: string, following: Following): () => void {
  const onChange = (): void => {
    void applyChange(following);
  };
  watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, onChange);
  return () => unwatchFile(path, onChange);
}

/** Reads once more and hands over what may change while the gateway runs. */
export async function applyChange({ resolve, options, gateway, log }: Following): Promise<void> {
  const resolved = await resolve();
  if (!resolved.ok) {
    for (const line of resolved.error) log.error('configuration not applied', { problem: line });
    return;
  }
  const { static: fixed, settings, compile } = resolved.value.options;
  for (const warning of resolved.value.warnings) log.warn(warning);
  for (const name of Object.keys(fixed) as (keyof typeof fixed)[]) {
    if (!isDeepStrictEqual(fixed[name], options.static[name])) {
      log.warn('option takes effect after a restart', { option: name });
    }
  }
  // Its certificate is made or read at the start.
  gateway.reconfigure({ ...settings, defaultCertificate: options.settings.defaultCertificate }, compile);
  log.info('configuration applied');
}
