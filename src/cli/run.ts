import { PROCESS_OPTIONS } from '../config/process-options.ts';
import type { ResolvedOptions } from '../config/resolve.ts';
import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import { messageOf } from '../lib/error-message.ts';
import type { Logger } from '../lib/logger.ts';
import { createLogger } from '../lib/logger.ts';
import type { Result } from '../lib/result.ts';
import type { Args } from './args.ts';
import type { Command, CommandContext } from './command.ts';
import { USAGE } from './command.ts';
import { followConfigFile } from './follow-config-file.ts';
import { CONFIG_FLAG, readOptions } from './read-options.ts';
import { firstSignal, untilEnded } from './until-ended.ts';

async function run(args: Args, context: CommandContext): Promise<number> {
  const path = args.flags.get('config')?.[0] ?? null;
  const resolve = (): Promise<Result<ResolvedOptions, readonly string[]>> => readOptions(args.flags, context);
  const resolved = await resolve();
  if (!resolved.ok) {
    for (const line of resolved.error) context.error(`sluice run: ${line}\n`);
    return USAGE;
  }
  const { options, warnings } = resolved.value;
  const log = createLogger({
    level: options.static.logLevel,
    format: options.static.logFormat,
    write: context.error,
    wall: Date.now,
  });
  for (const warning of warnings) log.warn(warning);
  warnOfOldNode(log, context);
  const signal = firstSignal(context.signals);
  let gateway: Gateway;
  try {
    gateway = await startGateway({ ...options, log });
  } catch (error) {
    context.error(`sluice run: ${messageOf(error)}\n`);
    return 1;
  }
  for (const { name, address, port } of gateway.listeners()) {
    log.info('listening', { listener: name, address, port });
  }
  const unfollow = path === null ? () => {} : followConfigFile(path, { resolve, options, gateway, log });
  await untilEnded(gateway, { log, signal });
  unfollow();
  return 0;
}

/** The launcher knows the security floor of Node.js and says when nothing at or above it was there. */
function warnOfOldNode(log: Logger, { env }: CommandContext): void {
  if (env.SLUICE_NODE_OLD === undefined) return;
  log.warn('this Node.js lacks security fixes: install 24.22.1, 26.12.1 or newer', { node: process.version });
}

/** `sluice run` */
export const runCommand: Command = {
  spec: {
    name: 'run',
    summary: 'run the gateway',
    operands: [],
    flags: [
      CONFIG_FLAG,
      ...PROCESS_OPTIONS.map(({ flag, placeholder, repeat, help, default: fallback }) => ({
        name: flag,
        placeholder,
        repeat,
        help,
        default: fallback,
      })),
    ],
    about: [
      'Runs the gateway on the objects of a folder, of a cluster, or of both. Changes to them take effect at',
      'once; nothing is restarted. SIGTERM and SIGINT drain: /readyz answers 503, new connections are served',
      'for --drain-delay, requests in flight for --drain-timeout; a second signal ends at once.',
    ],
    examples: [
      ['sluice run --manifests ./manifests', 'serve what stands in ./manifests on ports 8080 and 8443'],
      ['sluice run --manifests . --http 127.0.0.1:0 --https off', 'plain HTTP alone, on any free port'],
      ['sluice run --kubeconfig ~/.kube/config --ingress-class contour', "take over Contour's objects"],
    ],
  },
  run,
};
