import type { BenchCase } from './bench-case.ts';
import type { Results, Round } from './measure.ts';

/** The table of a run: median with minimum and maximum, and the ratio of Sluice to each peer, round by round. */
export function report(measured: BenchCase, results: Results): string {
  const lines = [
    `${measured.name}: ${measured.summary}, ${measured.connections} connections`,
    '',
    `${'proxy'.padEnd(10)}${'µs processor time a request'.padEnd(32)}requests/s`,
  ];
  for (const [name, rounds] of Object.entries(results)) {
    const time = spread(rounds.map(({ microseconds }) => microseconds)).padEnd(32);
    lines.push(
      name.padEnd(10) +
        time +
        spread(
          rounds.map(({ requestsPerSecond }) => requestsPerSecond),
          0,
        ),
    );
  }
  for (const [name, rounds] of Object.entries(results)) {
    if (name !== 'sluice')
      lines.push('', `sluice/${name}: ${spread(ratios(results.sluice ?? [], rounds), 2)}`);
  }
  return lines.join('\n');
}

/** Each round beside the peer's of the same round. */
function ratios(ours: readonly Round[], theirs: readonly Round[]): readonly number[] {
  return ours.map(({ microseconds }, index) => microseconds / (theirs[index]?.microseconds ?? Number.NaN));
}

function spread(values: readonly number[], digits = 1): string {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  const shown = (value: number): string => value.toFixed(digits);
  return `${shown((low + high) / 2)} (${shown(sorted[0] ?? Number.NaN)} – ${shown(sorted.at(-1) ?? Number.NaN)})`;
}
