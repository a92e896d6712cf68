import type { BenchCase } from './bench-case.ts';
import { checkOut } from './checkout.ts';
import type { MeasureOptions, Results } from './measure.ts';
import { measure } from './measure.ts';

/** What was measured, as a case of its own, and its figures. */
export interface Compared {
  readonly pair: BenchCase;
  readonly results: Results;
}

/**
 * Runs the Sluice of this working tree and that of another commit in turn under the same load: each subject of a
 * case that is Sluice becomes a case of two. What is not in `bin/` or `src/` (load, services, manifests) is ours
 * in both.
 *
 * @throws {Error} When there is no such commit, or it cannot run the case.
 */
export async function compare(
  cases: readonly BenchCase[],
  { ref, ...options }: MeasureOptions & { readonly ref: string },
): Promise<readonly Compared[]> {
  const { program, remove } = checkOut(ref);
  try {
    const compared: Compared[] = [];
    for (const pair of cases.flatMap((measured) => pairsOf(measured, { ref, program }))) {
      options.say(`${pair.name}: ${pair.summary}`);
      compared.push({ pair, results: await measure(pair, options) });
    }
    return compared;
  } finally {
    remove();
  }
}

function pairsOf(
  measured: BenchCase,
  { ref, program }: { readonly ref: string; readonly program: string },
): readonly BenchCase[] {
  const { name, summary, metrics } = measured;
  const ours = measured.subjects.filter((subject) => subject.program === 'sluice');
  return ours.map((subject) => ({
    ...{ name: ours.length === 1 ? name : `${name}, ${subject.name}`, summary, metrics },
    subjects: [
      { ...subject, name: 'here' },
      {
        ...{ name: ref, program: 'sluice' },
        measure: (round) => subject.measure({ ...round, site: { ...round.site, sluice: { program } } }),
      },
    ],
  }));
}
