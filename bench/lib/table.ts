import type { Bar, BenchCase, Figures } from './bench-case.ts';
import type { Results } from './measure.ts';

/** Median with minimum and maximum. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @param values At least one. A round without a figure is NaN and counts as the worst of them. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => {
    if (Number.isNaN(left) || Number.isNaN(right))
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return left - right;
  });
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return {
    median: (low + high) / 2,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
  };
}

/** A bar with what was found. */
export interface JudgedBar extends Bar {
  readonly found: Spread;
  readonly holds: boolean;
}

/** The bars of a case whose subjects have been measured. */
export function judge({ bars = [], subjects }: BenchCase, results: Results): readonly JudgedBar[] {
  return bars.flatMap((bar) => {
    const asked = results[bar.of ?? subjects[0]?.name ?? ''];
    const other = bar.against === undefined ? undefined : results[bar.against];
    if (asked === undefined || (bar.against !== undefined && other === undefined)) return [];
    const found = spread(ratios(asked, { others: other, metric: bar.metric }));
    return [{ ...bar, found, holds: found.median <= bar.atMost }];
  });
}

/** Each round beside the other's of the same round; the figures themselves without another. */
function ratios(
  rounds: readonly Figures[],
  { others, metric }: { readonly others: readonly Figures[] | undefined; readonly metric: string },
): readonly number[] {
  return rounds.map((figures, index) => {
    const divisor = others === undefined ? 1 : (others[index]?.[metric] ?? Number.NaN);
    return (figures[metric] ?? Number.NaN) / divisor;
  });
}

/** A run as a Markdown table: a line a subject, each figure with the ratio of the first subject to this one. */
export function table(measured: BenchCase, results: Results): string {
  const { metrics } = measured;
  const [first = []] = Object.values(results);
  const lines = [
    ['', ...metrics.map(({ title }) => title)],
    ['---', ...metrics.map(() => '---:')],
    ...Object.entries(results).map(([name, rounds]) => [
      name,
      ...metrics.map(({ key, digits }) => {
        const own = showSpread(spread(ratios(rounds, { others: undefined, metric: key })), digits);
        if (rounds === first) return own;
        const ratio = spread(ratios(first, { others: rounds, metric: key })).median;
        return Number.isNaN(ratio) ? own : `${own} ×${ratio.toFixed(2)}`;
      }),
    ]),
  ];
  return aligned(lines);
}

/** The bars, a line each. */
export function barLines(judged: readonly JudgedBar[], { subjects }: BenchCase): readonly string[] {
  return judged.map(({ metric, of = subjects[0]?.name, against, atMost, aim, found, holds }) => {
    const ratio = against === undefined ? `${of}, ${metric}` : `${of} / ${against}, ${metric}`;
    const wanted = `at most ${atMost}${aim === undefined ? '' : `, aim ${aim}`}`;
    return `${ratio}: ${showSpread(found, 2)} (${wanted}): ${holds ? 'holds' : 'DOES NOT HOLD'}`;
  });
}

/** What could not be measured is a dash. */
function showSpread({ median, least, most }: Spread, digits: number): string {
  if (Number.isNaN(median)) return '–';
  const shown = (value: number): string => value.toFixed(digits);
  return `${shown(median)} (${shown(least)} – ${shown(most)})`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => {
      const cells = row.map((cell, column) =>
        /^-+:?$/.test(cell)
          ? cell.replace(/^-+/, (dashes) =>
              dashes.padEnd((widths[column] ?? 3) - (cell.endsWith(':') ? 1 : 0), '-'),
            )
          : column === 0
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
      );
      return `| ${cells.join(' | ')} |`;
    })
    .join('\n');
}
