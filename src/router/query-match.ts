import { asciiLowerCase } from '../lib/ascii.ts';
import { LinearRegex } from '../lib/linear-regex.ts';
import { wireText } from '../lib/wire-text.ts';
import type { QueryMatch } from '../snapshot/match.ts';

/**
 * Compiles one query condition (httpproxy.md 1.4.1). The first occurrence of the name decides. Name and
 * value are compared as they were sent, without percent-decoding and with `+` as it is, as Envoy does: what
 * the gateway compared is then what the service receives. `ignoreCase` is about ASCII letters of the value.
 */
export function compileQueryMatch(match: QueryMatch): (query: string) => boolean {
  const name = wireText(match.name);
  // The name of a parameter ends at its first `=`: no request has such a one.
  if (name.includes('=')) return () => false;
  const holds = compileTest(match);
  return (query) => {
    const value = firstValue(query, name);
    return value !== undefined && holds(value);
  };
}

/**
 * The value of the first parameter of that name; empty for one without `=`.
 *
 * @param query With its `?`, or empty.
 */
export function firstValue(query: string, name: string): string | undefined {
  let start = 1;
  while (start < query.length) {
    const ampersand = query.indexOf('&', start);
    const end = ampersand === -1 ? query.length : ampersand;
    const afterName = start + name.length;
    if (afterName <= end && query.startsWith(name, start)) {
      if (afterName === end) return '';
      if (query.charCodeAt(afterName) === 0x3d) return query.slice(afterName + 1, end);
    }
    start = end + 1;
  }
  return undefined;
}

function compileTest(match: QueryMatch): (value: string) => boolean {
  if (match.op === 'present') return () => true;
  if (match.op === 'regex') {
    const regex = new LinearRegex(match.value);
    return (value) => regex.matches(value);
  }
  const fold = match.ignoreCase ? asciiLowerCase : (text: string) => text;
  const wanted = fold(wireText(match.value));
  switch (match.op) {
    case 'exact':
      return (value) => fold(value) === wanted;
    case 'prefix':
      return (value) => fold(value).startsWith(wanted);
    case 'suffix':
      return (value) => fold(value).endsWith(wanted);
    case 'contains':
      return (value) => fold(value).includes(wanted);
    default:
      return match.op satisfies never;
  }
}
