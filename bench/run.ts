import { messageOf } from '../src/lib/error-message.ts';
import { CASES } from './cases/index.ts';
import { exitOnSignals } from './lib/at-exit.ts';
import type { BenchCase } from './lib/bench-case.ts';
import type { RunLength } from './lib/command-line.ts';
import { readBenchCommand, UsageError } from './lib/command-line.ts';
import { compare } from './lib/compare.ts';
import { measure, whyNot } from './lib/measure.ts';
import { moveToLoadCore } from './lib/pinned-process.ts';
import { PEERS } from './lib/proxies.ts';
import { saveRun, writeResults } from './lib/results.ts';
import { openSite } from './lib/site.ts';
import { barLines, judge, table } from './lib/table.ts';

const USAGE = `npm run bench CASE... -- [--rounds 3] [--seconds 8] [--against nginx,envoy]
npm run bench all                     every case; then writes bench/RESULTS.md
npm run bench results                 writes bench/RESULTS.md from the latest run of each case
npm run bench compare REF [CASE...]   the working tree beside another commit; nothing is kept

Each case runs Sluice and its peers in turn and prints their figures and ratios; bench/out/CASE.json keeps
them. Peers that are not installed are left out: bench/peers/install gets them. docs/bench.md tells more.
`;

/** Long enough for V8 to compile what is hot. */
const WARM_UP_SECONDS = 3;

/** Lists the cases, runs some of them, or writes the document of results. */
async function bench(argv: readonly string[]): Promise<void> {
  const known = { cases: CASES.map(({ name }) => name), peers: PEERS.map(({ name }) => name) };
  const command = readBenchCommand(argv, known);
  switch (command.kind) {
    case 'list':
      console.log(USAGE);
      for (const { name, summary } of CASES) console.log(`  ${name.padEnd(14)}${summary}`);
      return;
    case 'results':
      console.log(writeResults(CASES));
      return;
    case 'compare':
      await compareCases(casesNamed(command.cases), command);
      return;
    case 'some':
      await runCases(casesNamed(command.cases), { ...command, command: typed(argv) });
      return;
    case 'all':
      await runCases(CASES, { ...command, command: typed(argv) });
      console.log(writeResults(CASES));
      return;
    default:
      command satisfies never;
  }
}

function casesNamed(names: readonly string[]): readonly BenchCase[] {
  return CASES.filter(({ name }) => names.includes(name));
}

/** The command as its user typed it: npm passes on options only behind `--`. */
function typed(argv: readonly string[]): string {
  const at = argv.findIndex((argument) => argument.startsWith('--'));
  const parts = at === -1 ? argv : [...argv.slice(0, at), '--', ...argv.slice(at)];
  return ['npm run bench', ...parts].join(' ');
}

interface RunOptions extends RunLength {
  readonly against?: readonly string[];
  /** What the user typed. */
  readonly command: string;
}

async function runCases(cases: readonly BenchCase[], options: RunOptions): Promise<void> {
  moveToLoadCore();
  for (const measured of runnable(cases)) {
    say(`${measured.name}: ${measured.summary}`);
    const site = await openSite(measured.loadCores);
    try {
      const results = await measure(measured, { ...options, site, warmUpSeconds: WARM_UP_SECONDS, say });
      saveRun(measured.name, { command: options.command, results });
      const bars = barLines(judge(measured, results), measured);
      console.log(`\n${[table(measured, results), '', ...bars].join('\n')}\n`);
    } finally {
      await site.close();
    }
  }
}

async function compareCases(
  cases: readonly BenchCase[],
  options: RunLength & { readonly ref: string },
): Promise<void> {
  moveToLoadCore();
  const site = await openSite();
  try {
    const all = { ...options, site, warmUpSeconds: WARM_UP_SECONDS, say };
    for (const { pair, results } of await compare(runnable(cases), all)) {
      console.log(`\n${pair.name}\n\n${table(pair, results)}`);
    }
  } finally {
    await site.close();
  }
}

/** Those that this machine can run; says why it cannot run the others. */
function runnable(cases: readonly BenchCase[]): readonly BenchCase[] {
  return cases.filter((measured) => {
    const problem = whyNot(measured);
    if (problem !== undefined) say(`${measured.name} skipped: ${problem}`);
    return problem === undefined;
  });
}

function say(line: string): void {
  console.error(line);
}

try {
  exitOnSignals();
  await bench(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${messageOf(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
