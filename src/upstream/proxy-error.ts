import type { ProxyErrorCode } from '../snapshot/error-codes.ts';

/**
 * Why a request failed. `code` (RFC 9209 §2.3) goes into `proxy-status`, the log and the metric; `retry` says
 * what is known about the request: `safe` when no byte of it can have been processed, `refused` when the upstream
 * says that it processed nothing, `move` when it never meant to take it, `idempotent` when only an idempotent one
 * may be repeated, `never` once a response byte came or the fault is not the endpoint's.
 */
export interface ProxyError {
  readonly code: ProxyErrorCode;
  readonly side: 'downstream' | 'upstream' | 'gateway';
  readonly status: number;
  readonly retry: 'move' | 'refused' | 'safe' | 'idempotent' | 'never';
  /** Response flags in the letters that Envoy's users know. */
  readonly flags: string;
  readonly detail: string;
}

const CONNECT_CODES: Readonly<Record<string, ProxyErrorCode>> = {
  ECONNREFUSED: 'connection_refused',
  ETIMEDOUT: 'connection_timeout',
  EHOSTUNREACH: 'destination_ip_unroutable',
  ENETUNREACH: 'destination_ip_unroutable',
  EADDRNOTAVAIL: 'destination_ip_unroutable',
};

/** An error of the socket before the connection stood. The one place that knows Node's codes. */
export function connectError(error: Error | null): ProxyError {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  let name = CONNECT_CODES[code];
  if (name === undefined) {
    // With a write under way the code is EPROTO, whatever OpenSSL says.
    if (code.includes('_ALERT_') || (code === 'EPROTO' && error?.message.includes('SSL alert number'))) {
      name = 'tls_alert_received';
    } else if (
      code.startsWith('ERR_TLS') ||
      code.includes('CERT') ||
      code.includes('SIGNATURE') ||
      code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
    ) {
      name = 'tls_certificate_error';
    } else if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
      name = 'tls_protocol_error';
    } else {
      name = 'connection_terminated';
    }
  }
  return {
    code: name,
    side: 'upstream',
    status: 503,
    retry: 'safe',
    flags: 'UF',
    detail: error?.message ?? 'closed',
  };
}

/** The connection took longer than its connect timeout. */
export const CONNECT_TIMEOUT: ProxyError = {
  code: 'connection_timeout',
  side: 'upstream',
  status: 503,
  retry: 'safe',
  flags: 'UF',
  detail: 'connect timeout',
};

/** An endpoint that should speak HTTP/2 chose another protocol in the handshake (RFC 9113 §3.2). */
export function noHttp2(chosen: string): ProxyError {
  return {
    code: 'tls_protocol_error',
    side: 'upstream',
    status: 503,
    retry: 'safe',
    flags: 'UF',
    detail: `the endpoint chose ${chosen} by ALPN, not h2: give its service protocol tls, or let it speak HTTP/2`,
  };
}

/**
 * The upstream says that it did nothing with the request: REFUSED_STREAM, or GOAWAY below it (RFC 9113 §8.7).
 *
 * @param moves It leaves, or we could not know how many it takes: no word about its load.
 */
export function refused(moves: boolean, detail: string): ProxyError {
  return {
    code: 'connection_terminated',
    side: 'upstream',
    status: 503,
    retry: moves ? 'move' : 'refused',
    flags: 'UC',
    detail,
  };
}

/** The connection ended before a byte of the response came. */
export function reset(reused: boolean, detail: string): ProxyError {
  return {
    code: 'connection_terminated',
    side: 'upstream',
    status: 503,
    retry: reused ? 'idempotent' : 'never',
    flags: 'UC',
    detail,
  };
}

/** The connection ended inside the response. */
export function incomplete(detail: string): ProxyError {
  return {
    code: 'http_response_incomplete',
    side: 'upstream',
    status: 502,
    retry: 'never',
    flags: 'UC',
    detail,
  };
}

/** The upstream spoke nonsense. */
export function badResponse(code: ProxyErrorCode, detail: string): ProxyError {
  return { code, side: 'upstream', status: 502, retry: 'never', flags: 'UPE', detail };
}

/** No endpoint can take the request. */
export const NO_ENDPOINT: ProxyError = {
  code: 'destination_unavailable',
  side: 'gateway',
  status: 503,
  retry: 'never',
  flags: 'UH',
  detail: 'no usable endpoint',
};

/** A circuit breaker is at its limit. */
export const OVERFLOW: ProxyError = {
  code: 'connection_limit_reached',
  side: 'gateway',
  status: 503,
  retry: 'never',
  flags: 'UO',
  detail: 'circuit breaker',
};
