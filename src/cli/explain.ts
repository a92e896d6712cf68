import type { ExplainAnswer, ExplainedRoute, ExplainRequest } from '../admin/explain.ts';
import { explainRequest } from '../admin/explain.ts';
import { locateIn } from '../admin/locate-field.ts';
import { messageOf } from '../lib/error-message.ts';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';
import type { Args } from './args.ts';
import type { Command, CommandContext } from './command.ts';
import { USAGE } from './command.ts';
import { compileManifests } from './compile-manifests.ts';
import { COMPILE_FLAGS, OUTPUT_FLAG, readCompileOptions } from './compile-options.ts';

const DEFAULT_ADMIN = 'http://127.0.0.1:9901';
const ASK_LIMIT_MS = 5000;

async function run(args: Args, context: CommandContext): Promise<number> {
  const [method = '', url = ''] = args.operands;
  const request: ExplainRequest = { method, url, headers: args.flags.get('H') ?? [] };
  const manifests = args.flags.get('manifests');
  let answer: Result<ExplainAnswer, readonly string[]>;
  try {
    answer =
      manifests === undefined
        ? await askGateway(request, args.flags.get('admin')?.[0] ?? DEFAULT_ADMIN)
        : await explainManifests(request, manifests, { args, context });
  } catch (error) {
    answer = err([messageOf(error)]);
  }
  if (!answer.ok) {
    for (const line of answer.error) context.error(`sluice explain: ${line}\n`);
    return USAGE;
  }
  const json = args.flags.get('o')?.[0] === 'json';
  context.out(json ? `${JSON.stringify(answer.value, null, 2)}\n` : showAnswer(answer.value));
  return answer.value.route === null ? 1 : 0;
}

async function explainManifests(
  request: ExplainRequest,
  paths: readonly string[],
  { args, context }: { readonly args: Args; readonly context: CommandContext },
): Promise<Result<ExplainAnswer, readonly string[]>> {
  const options = await readCompileOptions(args, context);
  if (!options.ok) return options;
  const { manifests, result } = await compileManifests(paths, options.value.compile);
  const answer = explainRequest(request, {
    snapshot: { hosts: result.snapshot.hosts, settings: options.value.settings },
    locate: locateIn((ref) => manifests.originOf(ref)),
  });
  return answer.ok ? answer : err([answer.error]);
}

/** Asks a running gateway. */
async function askGateway(
  { method, url, headers }: ExplainRequest,
  admin: string,
): Promise<Result<ExplainAnswer, readonly string[]>> {
  if (!URL.canParse('/v1/explain', admin)) return err([`--admin ${admin} is no URL as ${DEFAULT_ADMIN}`]);
  const target = new URL('/v1/explain', admin);
  for (const [name, value] of [
    ['method', method],
    ['url', url],
  ] as const)
    target.searchParams.set(name, value);
  for (const header of headers) target.searchParams.append('header', header);
  let response: Response;
  try {
    response = await fetch(target, { signal: AbortSignal.timeout(ASK_LIMIT_MS) });
  } catch (error) {
    const why =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error);
    return err([`no gateway answers at ${admin} (${why}): start one, or give --manifests DIR`]);
  }
  const body: unknown = await response.json();
  // The gateway and this command are of one release.
  if (response.ok) return ok(body as ExplainAnswer);
  const { error } = body as { readonly error?: string };
  return err([error ?? `${target.origin} answered ${response.status}`]);
}

function showAnswer({ host, path, route, second, filters }: ExplainAnswer): string {
  if (route === null) {
    const why = host === null ? 'no host has this name' : `no route of host ${host} holds for ${path}`;
    return `404: ${why}\n`;
  }
  const rows = [
    ['from', showOrigin(route)],
    ['host', host ?? ''],
    ['path', path],
    ['match', route.match],
    ['does', route.does],
    ['filters', filters.join(', ') || 'none'],
    ['second', second === null ? 'none' : `${second.match} → ${second.does}; ${showOrigin(second)}`],
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(9)}${value}\n`).join('');
}

function showOrigin({ origin, place }: ExplainedRoute): string {
  const { kind, namespace, name, field } = origin;
  return `${kind} ${namespace}/${name} ${field}${place === null ? '' : ` (${place})`}`;
}

/** `sluice explain` */
export const explainCommand: Command = {
  spec: {
    name: 'explain',
    summary: 'say which route answers a request, and why',
    operands: ['METHOD', 'URL'],
    flags: [
      { name: 'H', placeholder: "'name: value'", repeat: true, help: 'a header of the request' },
      {
        name: 'manifests',
        placeholder: 'DIR',
        repeat: true,
        help: 'explain by these manifests instead of asking a gateway',
      },
      {
        name: 'admin',
        placeholder: 'URL',
        help: 'admin address of the gateway to ask',
        default: DEFAULT_ADMIN,
      },
      ...COMPILE_FLAGS,
      OUTPUT_FLAG,
    ],
    about: [
      'Says which route would answer a request, which object, file and line it comes from, what the gateway does',
      'with the request, through which filters it passes, and which route would answer if the first were not there.',
      'Nothing is sent to any service. Ends with status 1 when no route answers.',
    ],
    examples: [
      ['sluice explain GET http://demo.localhost/limited', 'ask the gateway of this machine'],
      ["sluice explain GET https://a.example/ -H 'x-version: v2' --manifests .", 'ask a folder'],
    ],
  },
  run,
};
