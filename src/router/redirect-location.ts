import { percentEncode } from '../lib/percent-encode.ts';
import { wireText } from '../lib/wire-text.ts';
import type { Redirect } from '../snapshot/virtual-host.ts';

/** What of a request goes into a `Location`. Texts are latin1 and canonical (http1.md B11, I). */
export interface RedirectedRequest {
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** `host[:port]`. */
  readonly authority: string;
  /** The request came over TLS. */
  readonly secure: boolean;
}

/**
 * The `Location` of a configured redirect (httpproxy.md 1.4.9). Always absolute, so that no path can be read
 * as another host (http1.md I11). What is not set comes from the request: its port is kept unless `hostname`
 * or `port` is set, but for the default port of the scheme that is left. The query is kept unless the
 * configured path has one of its own; a fragment in it stays last. Odd bytes are percent-encoded.
 */
export function redirectLocation(redirect: Redirect, request: RedirectedRequest): string {
  const scheme = redirect.scheme ?? (request.secure ? 'https' : 'http');
  return `${scheme}://${percentEncode(redirectAuthority(redirect, request, scheme))}${redirectTarget(redirect, request)}`;
}

/**
 * The `Location` of the automatic upgrade (httpproxy.md 1.2): Host and path of the request, its port
 * included; only `:80` is dropped.
 */
export function httpsLocation(request: RedirectedRequest): string {
  const authority = withoutPort(request.authority, ':80');
  return percentEncode(`https://${authority}${request.path}${request.query}`);
}

function redirectAuthority(redirect: Redirect, request: RedirectedRequest, scheme: 'http' | 'https'): string {
  if (redirect.port !== null) return `${redirect.hostname ?? hostOf(request.authority)}:${redirect.port}`;
  if (redirect.hostname !== null) return redirect.hostname;
  const wasHttps = request.secure;
  if (scheme === 'https' && !wasHttps) return withoutPort(request.authority, ':80');
  if (scheme === 'http' && wasHttps) return withoutPort(request.authority, ':443');
  return request.authority;
}

function redirectTarget(redirect: Redirect, request: RedirectedRequest): string {
  const { path } = redirect;
  if (path === null) return percentEncode(request.path + request.query);
  if (path.kind === 'prefix') {
    const rest = request.path.startsWith(path.prefix) ? request.path.slice(path.prefix.length) : '';
    return percentEncode(rooted(wireText(path.value) + rest) + request.query);
  }
  const hash = path.value.indexOf('#');
  const beforeHash = hash === -1 ? path.value : path.value.slice(0, hash);
  const fragment = hash === -1 ? '' : `#${percentEncode(wireText(path.value.slice(hash + 1)))}`;
  const query = beforeHash.includes('?') ? '' : request.query;
  return percentEncode(rooted(wireText(beforeHash)) + query) + fragment;
}

/** Without the slash a path would go on with the host's name. */
function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function withoutPort(authority: string, port: ':80' | ':443'): string {
  return authority.endsWith(port) && !isInsideBrackets(authority)
    ? authority.slice(0, -port.length)
    : authority;
}

function hostOf(authority: string): string {
  const colon = authority.lastIndexOf(':');
  return colon === -1 || isInsideBrackets(authority) ? authority : authority.slice(0, colon);
}

/** An IPv6 address without port, whose last colon is its own. */
function isInsideBrackets(authority: string): boolean {
  return authority.endsWith(']');
}
