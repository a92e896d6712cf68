/** One name of the Prometheus text format and what it means. */
export interface MetricFamily {
  /** Counters end in `_total`; units are part of the name. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** One series: the values of the family's labels in their order, and its value. */
export interface Sample {
  readonly labels: readonly string[];
  readonly value: number | Histogram;
}

/** Counts that are not cumulative: one for each bound and one above the last. */
export interface Histogram {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

/** A family with its series at this moment. */
export interface FamilySamples {
  readonly family: MetricFamily;
  readonly samples: readonly Sample[];
}

/** The value of `content-type` for `renderFamilies`. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Renders the Prometheus text format, version 0.0.4. A family without series is left out. */
export function renderFamilies(families: readonly FamilySamples[]): string {
  let text = '';
  for (const { family, samples } of families) {
    if (samples.length === 0) continue;
    text += `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.type}\n`;
    for (const sample of samples) text += renderSample(family, sample);
  }
  return text;
}

function renderSample(family: MetricFamily, { labels, value }: Sample): string {
  const pairs = family.labels.map((name, index) => `${name}="${escapeLabel(labels[index] ?? '')}"`);
  if (typeof value === 'number') return `${family.name}${braces(pairs)} ${formatNumber(value)}\n`;
  let text = '';
  let count = 0;
  value.counts.forEach((bucket, index) => {
    count += bucket;
    const bound = value.bounds[index];
    const le = bound === undefined ? '+Inf' : formatNumber(bound);
    text += `${family.name}_bucket${braces([...pairs, `le="${le}"`])} ${formatNumber(count)}\n`;
  });
  text += `${family.name}_sum${braces(pairs)} ${formatNumber(value.sum)}\n`;
  return `${text}${family.name}_count${braces(pairs)} ${formatNumber(count)}\n`;
}

function braces(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function formatNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
