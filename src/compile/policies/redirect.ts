import type { PathMatch } from '../../snapshot/match.ts';
import type { Redirect } from '../../snapshot/virtual-host.ts';
import type { RedirectSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import { encodePathText } from './header-text.ts';

const STATUSES = new Set([301, 302, 303, 307, 308]);
const HOSTNAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Compiles `requestRedirectPolicy` (httpproxy.md 1.4.9).
 *
 * @param path What the route matches: `prefix` replaces its text.
 * @returns null when an error was reported.
 */
export function compileRedirect(
  policy: RedirectSpec,
  { path, place }: { path: PathMatch; place: Place },
): Redirect | null {
  const refuse = (message: string): null => {
    place.error('RouteError/RequestRedirectPolicy', message);
    return null;
  };
  const { scheme, statusCode, port } = policy;
  const hostname = policy.hostname || null;
  if (policy.path && policy.prefix) return refuse('path and prefix are both set; keep one');
  if (scheme && scheme !== 'http' && scheme !== 'https') {
    return refuse(`scheme ${JSON.stringify(scheme)} must be http or https`);
  }
  if (statusCode && !STATUSES.has(statusCode)) {
    return refuse(`statusCode ${statusCode} must be 301, 302, 303, 307 or 308`);
  }
  if (hostname !== null && !HOSTNAME.test(hostname)) {
    return refuse(`hostname ${JSON.stringify(hostname)} is no lower-case DNS name`);
  }
  if (port && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    return refuse(`port ${port} must be from 1 to 65535`);
  }
  return {
    kind: 'redirect',
    status: statusCode || 302,
    scheme: scheme || null,
    hostname,
    port: port || null,
    path: redirectPath(policy, path),
  };
}

function redirectPath(policy: RedirectSpec, path: PathMatch): Redirect['path'] {
  if (policy.path) return { kind: 'full', value: encodePathText(policy.path) };
  if (!policy.prefix) return null;
  const value = encodePathText(policy.prefix);
  switch (path.kind) {
    case 'prefix':
    case 'segment':
      return { kind: 'prefix', prefix: path.value, value };
    case 'exact':
      // The matched text is the whole path.
      return { kind: 'full', value };
    case 'regex':
      return { kind: 'full', value };
  }
}
