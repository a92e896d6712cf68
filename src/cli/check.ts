import { messageOf } from '../lib/error-message.ts';
import type { Args } from './args.ts';
import type { CheckRow } from './check-rows.ts';
import { checkRows } from './check-rows.ts';
import type { Command, CommandContext } from './command.ts';
import { USAGE } from './command.ts';
import { compileManifests } from './compile-manifests.ts';
import { COMPILE_FLAGS, OUTPUT_FLAG, readCompileOptions } from './compile-options.ts';
import { formatTable } from './table.ts';

async function run(args: Args, context: CommandContext): Promise<number> {
  const options = await readCompileOptions(args, context);
  if (!options.ok) {
    for (const line of options.error) context.error(`sluice check: ${line}\n`);
    return USAGE;
  }
  let rows: readonly CheckRow[];
  try {
    rows = checkRows(await compileManifests(args.operands, options.value.compile));
  } catch (error) {
    context.error(`sluice check: ${messageOf(error)}\n`);
    return USAGE;
  }
  const bad = rows.filter(({ state }) => state === 'invalid' || state === 'orphaned').length;
  if (args.flags.get('o')?.[0] === 'json') context.out(`${JSON.stringify(rows, null, 2)}\n`);
  else context.out(`${showRows(rows)}${rows.length} checked, ${bad} not valid\n`);
  return bad === 0 ? 0 : 1;
}

/** A line for each message; the object is named on its first. */
function showRows(rows: readonly CheckRow[]): string {
  const lines = rows.flatMap(({ state, object, place, messages }) => {
    const name = [state, object ?? '-', place ?? '-'];
    const [first, ...rest] = messages.map(({ severity, text }) =>
      severity === 'error' ? text : `warning: ${text}`,
    );
    return [[...name, first ?? ''], ...rest.map((text) => ['', '', '', text])];
  });
  return lines.length === 0 ? '' : formatTable(['STATE', 'OBJECT', 'AT', 'MESSAGE'], lines);
}

/** `sluice check` */
export const checkCommand: Command = {
  spec: {
    name: 'check',
    summary: "read manifests, print every object's conditions",
    operands: ['PATH...'],
    flags: [...COMPILE_FLAGS, OUTPUT_FLAG],
    about: [
      'Reads manifests (files or folders), compiles them as the gateway would and prints what it thinks of every',
      'HTTPProxy, Ingress and TLSCertificateDelegation. Ends with status 1 when any object is invalid or orphaned,',
      'so that it can guard a repository. Objects that they name must stand among the manifests: Services, Secrets.',
    ],
    examples: [
      ['sluice check manifests/', 'check a folder'],
      ['sluice check -o json proxy.yaml services.yaml', 'for scripts'],
    ],
  },
  run,
};
