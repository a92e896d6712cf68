import type { Result } from './result.ts';
import { err, ok } from './result.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Parses a duration in Go's syntax: `300ms`, `1h30m`, `1.5s`, `0`; a sign is allowed.
 *
 * @returns Milliseconds, maybe fractional, or a text that names what is wrong.
 */
export function parseDuration(text: string): Result<number, string> {
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return ok(0);
  if (rest === '') return err(`Cannot parse duration ${JSON.stringify(text)}: it is empty`);
  let total = 0;
  while (rest !== '') {
    const part = /^(\d+\.?\d*|\.\d+)([a-zµμ]*)/.exec(rest);
    if (part === null)
      return err(`Cannot parse duration ${JSON.stringify(text)}: a number must stand before each unit`);
    const unit = UNIT_MS[part[2] ?? ''];
    if (unit === undefined) {
      return err(`Cannot parse duration ${JSON.stringify(text)}: unit must be one of ns, us, ms, s, m, h`);
    }
    total += Number(part[1]) * unit;
    rest = rest.slice(part[0].length);
  }
  if (!Number.isFinite(total)) return err(`Cannot parse duration ${JSON.stringify(text)}: it is too long`);
  return ok(sign * total);
}
