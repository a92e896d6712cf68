import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { messageOf } from '../src/lib/error-message.ts';
import { CASES } from './cases/index.ts';
import type { BenchCase } from './lib/bench-case.ts';
import { measure, whyNot } from './lib/measure.ts';
import { LOAD_CORE } from './lib/pinned-process.ts';
import { saveRun, writeResults } from './lib/results.ts';
import { openSite } from './lib/site.ts';
import { barLines, judge, table } from './lib/table.ts';

const USAGE = `npm run bench CASE... -- [--rounds 3] [--seconds 8] [--against nginx,envoy]
npm run bench all                every case; then writes bench/RESULTS.md
npm run bench results            writes bench/RESULTS.md from the latest run of each case

Each case runs Sluice and its peers in turn and prints their figures and ratios; bench/out/CASE.json keeps
them. Peers that are not installed are left out: bench/peers/install gets them.
`;

/** Lists the cases, runs some of them, or writes the document of results. */
async function bench(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '8' },
      against: { type: 'string' },
    },
  });
  if (positionals.length === 0) {
    console.log(USAGE);
    for (const { name, summary } of CASES) console.log(`  ${name.padEnd(14)}${summary}`);
    return 0;
  }
  if (positionals[0] === 'results') {
    console.log(writeResults(CASES));
    return 0;
  }
  const all = positionals[0] === 'all';
  const chosen = all ? CASES : CASES.filter(({ name }) => positionals.includes(name));
  const unknown = positionals.find((name) => name !== 'all' && !CASES.some((known) => known.name === name));
  const rounds = Number(values.rounds);
  const seconds = Number(values.seconds);
  if (unknown !== undefined || !(rounds >= 1) || !(seconds >= 1)) {
    console.error(
      unknown === undefined
        ? 'bench: --rounds and --seconds are at least 1'
        : `bench: there is no case "${unknown}": npm run bench lists them`,
    );
    return 2;
  }
  const against = values.against?.split(',');
  const flags = Object.entries(values).map(([flag, value]) => `--${flag} ${value}`);
  const command = ['npm run bench', ...positionals, '--', ...flags].join(' ');
  await runCases(chosen, { rounds, seconds, command, ...(against === undefined ? {} : { against }) });
  if (all) console.log(writeResults(CASES));
  return 0;
}

interface RunOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly against?: readonly string[];
  /** What the user typed. */
  readonly command: string;
}

/** Long enough for V8 to compile what is hot. */
const WARM_UP_SECONDS = 3;

async function runCases(cases: readonly BenchCase[], options: RunOptions): Promise<void> {
  execFileSync('taskset', ['-a', '-p', '-c', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });
  const say = (line: string): void => console.error(line);
  for (const measured of cases) {
    const problem = whyNot(measured);
    if (problem !== undefined) {
      say(`${measured.name} skipped: ${problem}`);
      continue;
    }
    say(`${measured.name}: ${measured.summary}`);
    const site = await openSite();
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

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${messageOf(error)}`);
  process.exitCode = 1;
}
