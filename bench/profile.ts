import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../src/lib/error-message.ts';
import { CASES } from './cases/index.ts';
import { exitOnSignals } from './lib/at-exit.ts';
import { mustBeKnown, UsageError, whole } from './lib/command-line.ts';
import { selfTimeLines } from './lib/cpu-profile.ts';
import { whyNot } from './lib/measure.ts';
import { moveToLoadCore } from './lib/pinned-process.ts';
import { profiled } from './lib/profiled.ts';
import { BENCH, openSite } from './lib/site.ts';

const USAGE = `npm run profile CASE [-- --seconds 8]

Loads Sluice as the case does, takes a processor profile of its threads and prints where they spent their time.
npm run bench lists the cases.
`;

const FUNCTIONS_SHOWN = 30;

const HOW_TO_OPEN = `
Open a .cpuprofile in Chrome (DevTools, Performance, "Load profile", or chrome://inspect), in VS Code, or drop it
on speedscope.app: "Left heavy" sums up equal stacks.`;

/** Profiles each subject of a case that is Sluice. */
async function profile(argv: readonly string[]): Promise<void> {
  const { name, seconds } = options(argv);
  const measured = CASES.find((one) => one.name === name);
  if (measured === undefined) return console.log(USAGE);
  const problem = whyNot(measured);
  if (problem !== undefined) throw new Error(`${measured.name} cannot run: ${problem}`);
  moveToLoadCore();
  const site = await openSite();
  try {
    for (const subject of measured.subjects.filter(({ program }) => program === 'sluice')) {
      console.error(`${measured.name}: ${subject.name}, ${seconds} s`);
      const folder = join(BENCH, 'out/profiles', measured.name, subject.name.replaceAll(/[^\w]+/g, '-'));
      const round = { site, seconds, warmUpSeconds: 0, folder };
      for (const { path, thread, times } of await profiled(subject, round)) {
        console.log(`\n${subject.name}, ${thread === 0 ? 'main thread' : `worker ${thread}`}: ${path}`);
        console.log(selfTimeLines(times, FUNCTIONS_SHOWN).join('\n'));
      }
    }
    console.log(HOW_TO_OPEN);
  } finally {
    await site.close();
  }
}

/** @throws {UsageError} When they mean nothing. */
function options(argv: readonly string[]): { readonly name?: string; readonly seconds: number } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { seconds: { type: 'string', default: '8' } },
    });
    const seconds = whole('seconds', values.seconds);
    const [name, ...rest] = positionals;
    if (name === undefined) return { seconds };
    if (rest.length > 0) throw new UsageError('one case at a time');
    mustBeKnown(
      'case',
      name,
      CASES.map((one) => one.name),
    );
    return { name, seconds };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(messageOf(error));
  }
}

try {
  exitOnSignals();
  await profile(process.argv.slice(2));
} catch (error) {
  console.error(`profile: ${messageOf(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
