import { parseArgs } from 'node:util';
import { messageOf } from '../src/lib/error-message.ts';
import { small } from './cases/small.ts';
import type { BenchCase } from './lib/bench-case.ts';
import { measure } from './lib/measure.ts';
import { report } from './lib/report.ts';

const CASES: readonly BenchCase[] = [small];

/** `npm run bench CASE -- [--rounds N] [--seconds S] [--json]`; without a case it lists them. */
async function bench(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
    },
  });
  const [name] = positionals;
  if (name === undefined) {
    console.log('Cases, each run by: npm run bench CASE -- [--rounds 3] [--seconds 8] [--json]\n');
    for (const { name: known, summary } of CASES) console.log(`  ${known.padEnd(10)}${summary}`);
    return 0;
  }
  const chosen = CASES.find((known) => known.name === name);
  const rounds = Number(values.rounds);
  const seconds = Number(values.seconds);
  if (chosen === undefined || !(rounds >= 1) || !(seconds >= 1)) {
    console.error(
      `bench: cases are ${CASES.map((known) => known.name).join(', ')}; rounds and seconds are at least 1`,
    );
    return 2;
  }
  const results = await measure(chosen, { rounds, seconds, say: (line) => console.error(line) });
  if (results === undefined) return 0;
  console.log(values.json ? JSON.stringify(results) : report(chosen, results));
  return 0;
}

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${messageOf(error)}`);
  process.exitCode = 1;
}
