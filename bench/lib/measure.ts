import { cpus } from 'node:os';
import { findProgram } from '../../scripts/find-program.ts';
import type { BenchCase, Figures, Subject } from './bench-case.ts';
import type { Site } from './site.ts';

/** The rounds of each subject, by its name, in the order of the case. */
export type Results = Readonly<Record<string, readonly Figures[]>>;

/** How long and how often. */
export interface MeasureOptions {
  readonly site: Site;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Programs to measure beside Sluice; undefined: all that are here. */
  readonly against?: readonly string[];
  /** Takes a line that tells how far it is. */
  readonly say: (line: string) => void;
}

/** What every case needs. */
export const NEEDED_PROGRAMS = ['nginx', 'taskset', 'wrk'] as const;

/** @returns Why this machine cannot run the bench, or undefined. */
export function whyNot({
  cores = 2,
  needs = [],
}: Pick<BenchCase, 'cores' | 'needs'> = {}): string | undefined {
  const missing = [...NEEDED_PROGRAMS, ...needs].filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return `it needs ${missing.join(', ')}: bench/peers/install gets them`;
  if (cpus().length < cores) return `it needs ${cores} processor cores`;
  return undefined;
}

/**
 * Runs the subjects of a case in turn, round by round, because machines drift: only ratios within one run mean
 * something.
 */
export async function measure(measured: BenchCase, options: MeasureOptions): Promise<Results> {
  const { rounds, say } = options;
  const results: Record<string, Figures[]> = {};
  for (let round = 1; round <= rounds; round += 1) {
    for (const subject of subjectsHere(measured, options)) {
      const figures = await subject.measure(options);
      results[subject.name] = [...(results[subject.name] ?? []), figures];
      const shown = measured.metrics.map(
        ({ key, title, digits }) => `${figures[key]?.toFixed(digits)} ${title}`,
      );
      say(`  round ${round} of ${rounds}: ${subject.name}: ${shown.join(', ')}`);
    }
  }
  return results;
}

function subjectsHere({ subjects }: BenchCase, { against }: MeasureOptions): readonly Subject[] {
  return subjects.filter(
    ({ program }) =>
      program === 'sluice' ||
      (findProgram(program) !== undefined && (against === undefined || against.includes(program))),
  );
}
