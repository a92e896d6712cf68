import { asciiLowerCase } from '../lib/ascii.ts';
import { joinHeader } from '../lib/header-list.ts';
import { LinearRegex } from '../lib/linear-regex.ts';
import { wireText } from '../lib/wire-text.ts';
import type { HeaderMatch } from '../snapshot/match.ts';
import type { MatchInput } from './match-input.ts';

/**
 * Compiles one header condition (httpproxy.md 1.4.1). Repeats are compared joined by `,`. `:method`, `:path`
 * (with its query), `:authority` and `:scheme` are read from the request itself, `host` is `:authority`,
 * `upgrade` the token that was accepted. Other fields that the codecs take out (`connection`, `content-length`,
 * …) are absent for conditions.
 * For an absent header a positive condition fails; a negated one fails too, but for `present` and with
 * `treatMissingAsEmpty`. `ignoreCase` is about ASCII letters and not for patterns.
 */
export function compileHeaderMatch(match: HeaderMatch): (request: MatchInput) => boolean {
  const { name, negate } = match;
  if (match.op === 'present') return (request) => (requestField(request, name) === undefined) === negate;
  const holds = compileTest(match);
  const absent = negate && match.treatMissingAsEmpty ? '' : undefined;
  return (request) => {
    const value = requestField(request, name) ?? absent;
    return value !== undefined && holds(value) !== negate;
  };
}

function compileTest(match: HeaderMatch): (value: string) => boolean {
  if (match.op === 'regex') {
    const regex = new LinearRegex(match.value);
    return (value) => regex.matches(value);
  }
  const fold = match.ignoreCase ? asciiLowerCase : (text: string) => text;
  const wanted = fold(wireText(match.value));
  if (match.op === 'contains') return (value) => fold(value).includes(wanted);
  return (value) => fold(value) === wanted;
}

function requestField(request: MatchInput, name: string): string | undefined {
  switch (name) {
    case ':method':
      return request.method;
    case ':path':
      return request.path + request.query;
    case ':authority':
    case 'host':
      return request.authority;
    case ':scheme':
      return request.scheme;
    case 'upgrade':
      return request.upgrade ?? undefined;
    default:
      return joinHeader(request.headers, name);
  }
}
