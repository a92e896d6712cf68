import { cpus } from 'node:os';
import type { BenchCase } from '../lib/bench-case.ts';
import { LOAD_METRICS } from '../lib/bench-case.ts';
import { SMALL, sluiceSubject } from '../lib/load-case.ts';

const WORKERS = [1, 2, 4, 8];
/** One worker needs as much again for its load. */
const LEAST_CORES = 4;
const CONNECTIONS_PER_WORKER = 64;

/** The small case with more and more workers, each on a core of its own; services and load have the other cores. */
export const workers = workersCase(cpus().length);

/** @param cores Of the machine: half of them are for the workers, at most. */
export function workersCase(cores: number): BenchCase {
  const counts = WORKERS.filter((count) => count === 1 || count * 2 <= cores);
  const most = Math.max(...counts);
  const loadCores = range(most, Math.min(cores, most * 3));
  return {
    name: 'workers',
    summary: `the small case with ${counts.join(', ')} workers, each on a core of its own`,
    cores: LEAST_CORES,
    loadCores,
    metrics: LOAD_METRICS,
    subjects: counts.map((count) =>
      sluiceSubject(
        `sluice, ${count} ${count === 1 ? 'worker' : 'workers'}`,
        { ...SMALL, connections: CONNECTIONS_PER_WORKER * count, cores: loadCores },
        { workers: count, cores: range(0, count) },
      ),
    ),
  };
}

function range(start: number, end: number): readonly number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
