import type { HTTPIngressPath } from 'kubernetes-types/networking/v1.d.ts';
import type { Result } from '../../lib/result.ts';
import { err, ok } from '../../lib/result.ts';
import type { PathMatch } from '../../snapshot/match.ts';
import { regexFault } from '../regex-check.ts';

/** Why a path is not served. A bad pattern takes the rest of its rule with it (ingress.md 4.1). */
export interface PathProblem {
  readonly reason: 'PathNotValid' | 'PathTypeNotValid' | 'PathPatternNotValid';
  readonly message: string;
}

const CHALLENGE_PREFIX = '/.well-known/acme-challenge';

/** What a path of an Ingress rule matches; an empty path is `/` (ingress.md 4.1). */
export function ingressPathMatch(path: HTTPIngressPath): Result<PathMatch, PathProblem> {
  const text = ingressPathText(path);
  // Only manifests can lack the type: an API server refuses it.
  const pathType: string | undefined = path.pathType;
  switch (pathType) {
    case 'Exact':
      return fromSlash(text, { kind: 'exact', value: text });
    case 'Prefix': {
      const value = text.replace(/\/+$/, '');
      return fromSlash(text, value === '' ? { kind: 'prefix', value: '/' } : { kind: 'segment', value });
    }
    case 'ImplementationSpecific':
    case undefined:
    case '':
      return /[\^+*[\]%]/.test(text) ? pattern(text) : fromSlash(text, { kind: 'prefix', value: text });
    default:
      return err({
        reason: 'PathTypeNotValid',
        message: `path type ${JSON.stringify(pathType)} is not known; use Exact, Prefix or ImplementationSpecific`,
      });
  }
}

/** The path as the user wrote it, by which `websocket-routes` names it. */
export function ingressPathText(path: HTTPIngressPath): string {
  return path.path || '/';
}

/**
 * Whether all that a match lets through lies below `/.well-known/acme-challenge/`. Such routes are served on
 * plain HTTP whatever else is said, or a missing certificate could never be issued (ingress.md 4.1).
 * A pattern never counts: it may match more than it looks.
 */
export function isChallengePath(match: PathMatch): boolean {
  if (match.kind === 'regex') return false;
  if (match.kind === 'segment' && match.value === CHALLENGE_PREFIX) return true;
  return match.value.startsWith(`${CHALLENGE_PREFIX}/`);
}

function fromSlash(text: string, match: PathMatch): Result<PathMatch, PathProblem> {
  if (text.startsWith('/')) return ok(match);
  return err({ reason: 'PathNotValid', message: `path ${JSON.stringify(text)} must begin with "/"` });
}

function pattern(text: string): Result<PathMatch, PathProblem> {
  const fault = regexFault(text);
  if (fault === null) return ok({ kind: 'regex', pattern: text });
  return err({
    reason: 'PathPatternNotValid',
    message: `path ${JSON.stringify(text)} holds one of ^ + * [ ] % and so is a pattern, but cannot be used: ${fault}`,
  });
}
