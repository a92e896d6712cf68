import { canonicalAuthority } from '../http1/authority.ts';
import { isToken, METHOD_BYTE } from '../http1/fields.ts';
import { CHUNKED, type Refusal, type RequestHead } from '../http1/message.ts';
import { canonicalPath, QUERY_BYTE } from '../http1/path.ts';
import { refuseRequest } from '../http1/refusal.ts';
import { MAX_METHOD_BYTES } from '../http1/request-line.ts';
import { getHeader } from '../lib/header-list.ts';
import type { HeaderBlock } from './hpack/header-block.ts';
import { MALFORMED, refuseMalformed, type SpecialFields } from './special-fields.ts';

/** What a server allows in requests. May be changed between requests. */
export interface RequestRules {
  readonly mergeSlashes: boolean;
  /** The listener speaks TLS. */
  readonly secure: boolean;
  /** A balancer may have ended TLS before us: plain TCP takes `https` too. */
  readonly trustsScheme: boolean;
}

const ALLOW = ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'];
const SWITCH_TO_13 = ['sec-websocket-version', '13'];
const SLASH = 0x2f;

/**
 * Makes a request of a decoded block: RFC 9113 §8.2, §8.3 with the rules of http2.md, Messages. What is the
 * same in both protocols is checked by the same functions.
 *
 * @param special Works for this message from now on.
 * @returns A refusal has status MALFORMED where the stream must be reset, else that of an answer. An extended
 *   CONNECT for `websocket` becomes a GET with `upgrade` and without body: data is what is tunnelled.
 */
export function readRequestHead(
  block: HeaderBlock,
  endStream: boolean,
  rules: RequestRules,
  special: SpecialFields,
): RequestHead | Refusal {
  const refusal = special.read(block);
  // Even a message that will be answered must not be malformed beside: so no answer before all is checked.
  if (refusal !== null && refusal.status === MALFORMED) return refusal;
  return checkShape(block, special, endStream) ?? refusal ?? assemble(block, endStream, rules, special);
}

/** All that makes a request malformed, beside its ordinary fields. */
function checkShape(block: HeaderBlock, special: SpecialFields, endStream: boolean): Refusal | null {
  const { method, scheme, path, protocol } = block;
  if (block.status !== null) return refuseMalformed(':status must not be in a request');
  if (method === null || !isToken(method)) return refuseMalformed(':method must be a token');
  if (protocol !== null && method !== 'CONNECT')
    return refuseMalformed(':protocol must come with CONNECT only');
  if (method === 'CONNECT' && protocol === null) {
    if (scheme !== null || path !== null)
      return refuseMalformed('CONNECT must come without :scheme and :path');
  } else {
    if (scheme === null || !isScheme(scheme)) return refuseMalformed(':scheme must be a scheme');
    if (path === null || !isPathForm(path, method))
      return refuseMalformed(':path must begin with / and hold no white space');
  }
  const authority = block.authority ?? special.host;
  if (authority === null) return refuseMalformed(':authority or host must be there');
  if (!isAuthorityForm(authority) || (special.host !== null && !isAuthorityForm(special.host)))
    return refuseMalformed(':authority must be a host and maybe a port');
  if (endStream && special.contentLength > 0)
    return refuseMalformed('content-length announces data and the stream has ended');
  return null;
}

/** RFC 3986 §3.1. */
function isScheme(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const lower = c | 0x20;
    const letter = lower >= 0x61 && lower <= 0x7a;
    const later = (c >= 0x30 && c <= 0x39) || c === 0x2b || c === 0x2d || c === 0x2e;
    if (!letter && (i === 0 || !later)) return false;
  }
  return text !== '';
}

/** Control bytes were refused before. */
function isPathForm(path: string, method: string): boolean {
  if (path.charCodeAt(0) !== SLASH) return path === '*' && method === 'OPTIONS';
  return !path.includes(' ') && !path.includes('\t');
}

function isAuthorityForm(authority: string): boolean {
  for (let i = 0; i < authority.length; i++) {
    const c = authority.charCodeAt(i);
    // SP, HTAB, `#`, `/`, `@`
    if (c <= 0x20 || c === 0x23 || c === SLASH || c === 0x40) return false;
  }
  return authority !== '';
}

function assemble(
  block: HeaderBlock,
  endStream: boolean,
  rules: RequestRules,
  special: SpecialFields,
): RequestHead | Refusal {
  const { protocol } = block;
  const method = block.method ?? '';
  const scheme = block.scheme ?? '';
  const refusal = refuseMethod(method, protocol);
  if (refusal !== null) return refusal;
  if (scheme !== (rules.secure ? 'https' : 'http') && !(rules.trustsScheme && scheme === 'https'))
    return refuseRequest(400, ':scheme must be that of the listener');
  const secure = scheme === 'https';
  const authority = canonicalAuthority(block.authority ?? special.host ?? '', secure);
  if (authority === null)
    return refuseRequest(400, 'host is malformed: it must be a name or address and maybe a port');
  if (block.authority !== null && special.host !== null && special.host !== block.authority) {
    if (canonicalAuthority(special.host, secure)?.authority !== authority.authority)
      return refuseRequest(400, 'host differs from :authority');
  }

  const target = block.path ?? '';
  const mark = target.indexOf('?');
  const query = mark < 0 ? '' : target.slice(mark);
  const raw = mark < 0 ? target : target.slice(0, mark);
  const path = raw === '*' ? raw : canonicalPath(raw, rules.mergeSlashes);
  if (path === null || !isQuery(query)) {
    return refuseRequest(400, 'path is malformed: its characters and percent-encodings must be allowed ones');
  }

  let bodyLength = special.contentLength < 0 ? CHUNKED : special.contentLength;
  if (endStream || protocol !== null) bodyLength = 0;
  let expectContinue = false;
  if (special.expect !== null) {
    if (special.expect.toLowerCase() !== '100-continue')
      return refuseRequest(417, 'expect is not supported: it must be 100-continue');
    expectContinue = bodyLength !== 0;
  }
  if (protocol !== null && getHeader(block.headers, 'sec-websocket-version') !== '13')
    return refuseRequest(426, 'sec-websocket-version must be 13', SWITCH_TO_13);

  return {
    ok: true,
    method: protocol === null ? method : 'GET',
    path,
    query,
    authority: authority.authority,
    host: authority.host,
    minorVersion: 1,
    headers: block.headers,
    bodyLength,
    keepAlive: true,
    expectContinue,
    teTrailers: special.teTrailers,
    upgrade: protocol === null ? null : 'websocket',
    end: 0,
  };
}

/** http1.md A16, A17, H8, H10; RFC 8441 §4. */
function refuseMethod(method: string, protocol: string | null): Refusal | null {
  if (method.length > MAX_METHOD_BYTES) return refuseRequest(400, 'method is too long');
  for (let i = 0; i < method.length; i++) {
    if (METHOD_BYTE[method.charCodeAt(i)] !== 1) return refuseRequest(501, 'method is not supported');
  }
  if (method === 'PRI') return refuseRequest(501, 'method is not supported');
  if (method === 'TRACE' || (method === 'CONNECT' && protocol === null))
    return refuseRequest(405, `${method} is not allowed`, ALLOW);
  if (protocol !== null && protocol !== 'websocket')
    return refuseRequest(501, ':protocol is not supported: it must be websocket');
  return null;
}

function isQuery(query: string): boolean {
  for (let i = 0; i < query.length; i++) {
    const c = query.charCodeAt(i);
    if (c > 0xff || QUERY_BYTE[c] !== 1) return false;
  }
  return true;
}
