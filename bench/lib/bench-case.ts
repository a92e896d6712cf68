import type { Site } from './site.ts';

/** One thing that is timed. */
export interface BenchCase {
  readonly name: string;
  /** One line for the list of cases. */
  readonly summary: string;
  /** What is printed of each subject, in this order. */
  readonly metrics: readonly Metric[];
  /** What is measured, in turn within each round. Ratios are of the first to each of the others. */
  readonly subjects: readonly Subject[];
  readonly bars?: readonly Bar[];
  /** Programs without which it cannot be, beside those of every case. */
  readonly needs?: readonly string[];
  /** Processor cores without which the case says nothing. */
  readonly cores?: number;
  /** Where the services run; default: the load generator's core. */
  readonly loadCores?: readonly number[];
}

/** A figure that every run of a subject gives, under `key` in its {@link Figures}. */
export interface Metric {
  readonly key: string;
  readonly title: string;
  /** Digits after the point. */
  readonly digits: number;
}

/** One program in one role: `nginx`, or `sluice, 404`. */
export interface Subject {
  readonly name: string;
  /** The program it needs; `sluice` is always there. */
  readonly program: string;
  /** Starts what is measured, loads it, stops it. */
  measure(round: Round): Promise<Figures>;
}

/** One measurement: where, and for how long. */
export interface Round {
  readonly site: Site;
  /** How long to load what is measured. */
  readonly seconds: number;
  /** How long to load it before, so that V8 has compiled what is hot. 0 in a brief run. */
  readonly warmUpSeconds: number;
}

/** Figures by the key of their metric. */
export type Figures = Readonly<Record<string, number>>;

/** What is asked of the first subject: a figure of it, as a ratio to another subject or as it is. */
export interface Bar {
  /** Key of the metric. */
  readonly metric: string;
  /** Name of another subject; undefined: the figure itself counts. */
  readonly against?: string;
  /** Name of the subject that is asked; undefined: the first. */
  readonly of?: string;
  readonly atMost: number;
  /** What would be better still. */
  readonly aim?: number;
}

/** Processor time a request, requests per second, and what clients waited. */
export const LOAD_METRICS: readonly Metric[] = [
  { key: 'cpu', title: 'µs processor time a request', digits: 1 },
  { key: 'rate', title: 'requests/s', digits: 0 },
  { key: 'p50', title: 'p50 ms', digits: 2 },
  { key: 'p99', title: 'p99 ms', digits: 2 },
  { key: 'p999', title: 'p99.9 ms', digits: 2 },
];
