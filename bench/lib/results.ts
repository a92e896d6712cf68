import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../scripts/find-program.ts';
import type { BenchCase } from './bench-case.ts';
import type { Results } from './measure.ts';
import { PEERS, sluice } from './proxies.ts';
import { BENCH } from './site.ts';
import { barLines, judge, table } from './table.ts';

/** One run of one case, as it lies in `bench/out/CASE.json`. */
export interface SavedRun {
  readonly case: string;
  /** What made it. */
  readonly command: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly results: Results;
}

const OUT = join(BENCH, 'out');

/** Keeps the latest run of a case. */
export function saveRun(name: string, { command, results }: Pick<SavedRun, 'command' | 'results'>): void {
  const run: SavedRun = { case: name, command, machine: machine(), versions: versions(), results };
  mkdirSync(OUT, { recursive: true });
  writeFileSync(join(OUT, `${name}.json`), `${JSON.stringify(run, null, 1)}\n`);
}

/** Writes `bench/RESULTS.md` from the latest run of each case. */
export function writeResults(cases: readonly BenchCase[]): string {
  const saved = new Map<string, SavedRun>();
  for (const file of readdirSync(OUT).filter((name) => name.endsWith('.json'))) {
    const run = JSON.parse(readFileSync(join(OUT, file), 'utf8')) as SavedRun;
    saved.set(run.case, run);
  }
  const path = join(BENCH, 'RESULTS.md');
  writeFileSync(path, document(cases, saved));
  return path;
}

function document(cases: readonly BenchCase[], saved: ReadonlyMap<string, SavedRun>): string {
  const runs = [...saved.values()];
  const lines = [
    '# Results',
    '',
    'Written by `npm run bench results` from the latest run of each case. Each figure is the median of the rounds',
    'with the least and the most; behind it stands the ratio of the first line to this one, the median of the',
    'ratios within each round. Machines drift: ratios within one run mean something, absolute figures little.',
    '',
    ...new Set(runs.map((run) => `- ${run.machine}`)),
    ...new Set(
      runs.flatMap(({ versions: all }) => Object.entries(all).map(([name, text]) => `- ${name}: ${text}`)),
    ),
  ];
  for (const measured of cases) {
    const run = saved.get(measured.name);
    if (run === undefined) continue;
    const bars = barLines(judge(measured, run.results), measured).map((line) => `- ${line}`);
    lines.push('', `## ${measured.name}`, '', `${capital(measured.summary)}. \`${run.command}\``, '');
    lines.push(table(measured, run.results), ...(bars.length > 0 ? ['', ...bars] : []));
  }
  return `${lines.join('\n')}\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function machine(): string {
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${gib} GiB, Linux ${release()}`;
}

function versions(): Readonly<Record<string, string>> {
  const found: Record<string, string> = { node: process.version };
  for (const { name, versionArgs } of [sluice(), ...PEERS]) {
    if (name !== 'sluice' && findProgram(name) !== undefined) found[name] = versionOf(name, versionArgs);
  }
  const commit = ['-C', BENCH, 'log', '-1', '--format=%h'];
  found.sluice = execFileSync('git', commit, { encoding: 'utf8' }).trim();
  return found;
}

function versionOf(program: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return /\d+\.\d+(\.\d+)?/.exec(stdout + stderr)?.[0] ?? 'unknown';
}
