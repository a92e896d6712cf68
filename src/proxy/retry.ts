import type { ResponseHead } from '../http1/message.ts';
import type { RetryCondition, RetryPolicy } from '../snapshot/virtual-host.ts';
import type { ProxyError } from '../upstream/proxy-error.ts';

/** gRPC status codes by the retry condition that names them. */
const GRPC_STATUS: Readonly<Partial<Record<RetryCondition, string>>> = {
  cancelled: '1',
  'deadline-exceeded': '4',
  'resource-exhausted': '8',
  internal: '13',
  unavailable: '14',
};
const BACKOFF_BASE_MS = 25;
const BACKOFF_MAX_MS = 250;

/** Methods whose repetition changes nothing (RFC 9110 §9.2.2). */
export function isIdempotent(method: string): boolean {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'OPTIONS':
    case 'PUT':
    case 'DELETE':
      return true;
    default:
      return false;
  }
}

/** Whether a route's policy repeats a request that failed without a response (httpproxy.md 1.4.4). */
export function retriesFailure(policy: RetryPolicy, error: ProxyError): boolean {
  if (error.side !== 'upstream') return false;
  const connecting = error.retry === 'safe';
  for (const condition of policy.on) {
    switch (condition) {
      case '5xx':
      case 'gateway-error':
      case 'reset':
        return true;
      case 'connect-failure':
      case 'reset-before-request':
        if (connecting) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

/** Whether a route's policy repeats a request that got this response. */
export function retriesResponse(policy: RetryPolicy, head: ResponseHead): boolean {
  const { status } = head;
  for (const condition of policy.on) {
    switch (condition) {
      case '5xx':
        if (status >= 500) return true;
        break;
      case 'gateway-error':
        if (status >= 502 && status <= 504) return true;
        break;
      case 'retriable-4xx':
        if (status === 409) return true;
        break;
      case 'retriable-status-codes':
        if (policy.statusCodes.includes(status)) return true;
        break;
      case 'envoy-ratelimited':
        if (fieldOf(head.headers, 'x-envoy-ratelimited') !== undefined) return true;
        break;
      default: {
        const grpc = GRPC_STATUS[condition];
        if (grpc !== undefined && fieldOf(head.headers, 'grpc-status') === grpc) return true;
      }
    }
  }
  return false;
}

function fieldOf(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return headers[i + 1];
  return undefined;
}

/**
 * How long to wait before a retry by policy: full jitter over 25 ms, doubled with each further one, 250 ms at most.
 *
 * @param retry 1 for the first.
 * @param random In [0, 1).
 */
export function backoffMs(retry: number, random: number): number {
  return random * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (retry - 1));
}
