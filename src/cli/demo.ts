import type { ListenAddress } from '../config.ts';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS, DEFAULT_STATIC } from '../config.ts';
import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import { messageOf } from '../lib/error-message.ts';
import { createLogger } from '../lib/logger.ts';
import type { Args } from './args.ts';
import type { Command, CommandContext } from './command.ts';
import { USAGE } from './command.ts';
import { isFree } from './demo/free-port.ts';
import { demoGuide } from './demo/guide.ts';
import { writeDemoManifests } from './demo/manifests.ts';
import { startDemoService } from './demo/services.ts';
import { firstSignal, untilEnded } from './until-ended.ts';

async function run(args: Args, context: CommandContext): Promise<number> {
  const seconds = args.flags.get('seconds')?.[0];
  if (seconds !== undefined && !/^\d{1,6}(\.\d+)?$/.test(seconds)) {
    context.error(`sluice demo: --seconds must be a number, not ${JSON.stringify(seconds)}\n`);
    return USAGE;
  }
  const signal = firstSignal(context.signals);
  await using cleanup = new AsyncDisposableStack();
  const v1 = cleanup.adopt(await startDemoService('v1'), (service) => service.close());
  const v2 = cleanup.adopt(await startDemoService('v2'), (service) => service.close());
  const manifests = cleanup.adopt(
    await writeDemoManifests({ 'hello-v1': v1.port, 'hello-v2': v2.port }),
    (written) => written.remove(),
  );
  const log = createLogger({ level: 'warn', format: 'text', write: context.error, wall: Date.now });
  let gateway: Gateway;
  try {
    gateway = await startGateway({
      static: {
        ...DEFAULT_STATIC,
        manifests: [manifests.folder],
        http: await addressOf('http', 8080, context),
        https: await addressOf('https', 8443, context),
        admin: await addressOf('admin', 9901, context),
        accessLog: { kind: 'off' },
        logLevel: 'warn',
        logFormat: 'text',
        drainTimeoutMs: 1000,
      },
      settings: DEFAULT_SETTINGS,
      compile: DEFAULT_COMPILE,
      log,
    });
  } catch (error) {
    context.error(`sluice demo: ${messageOf(error)}\n`);
    return 1;
  }
  const portOf = (name: string): number => gateway.listeners().find((one) => one.name === name)?.port ?? 0;
  const addresses = {
    httpPort: portOf('http'),
    httpsPort: portOf('https'),
    adminUrl: gateway.adminUrl,
    manifests: manifests.folder,
    certificateFile: manifests.certificateFile,
  };
  context.out(demoGuide(addresses, context.color));
  context.out(seconds === undefined ? 'Ctrl-C ends it.\n' : `It ends by itself after ${seconds} s.\n`);
  const afterMs = seconds === undefined ? null : Number(seconds) * 1000;
  await untilEnded(gateway, { log, signal, afterMs });
  context.out('The demo has ended.\n');
  return 0;
}

/** The usual port, or any free one when it is taken. On loopback: the demo is for this machine. */
async function addressOf(name: string, port: number, { out }: CommandContext): Promise<ListenAddress> {
  if (await isFree(port)) return { address: '127.0.0.1', port };
  out(`Port ${port} (${name}) is taken: another one is used instead.\n`);
  return { address: '127.0.0.1', port: 0 };
}

/** `sluice demo` */
export const demoCommand: Command = {
  spec: {
    name: 'demo',
    summary: 'run the gateway on bundled manifests, with two services behind it',
    operands: [],
    flags: [
      { name: 'seconds', placeholder: 'N', help: 'end after N seconds', default: 'never: Ctrl-C ends it' },
    ],
    about: [
      'Starts two versions of a small service and the gateway in front of them, on ports 8080 (plain),',
      '8443 (TLS) and 9901 (admin) of this machine, and prints what to try. The manifests are copied to a',
      'folder that the demo names, to be edited while it runs, and removed at its end.',
    ],
    examples: [
      ['sluice demo', 'start, and end on Ctrl-C'],
      ['sluice demo --seconds 5', 'end by itself with status 0'],
    ],
  },
  run,
};
