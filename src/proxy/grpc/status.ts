/** The status codes of gRPC that the gateway itself gives. */
export const GRPC_STATUS = {
  unknown: 2,
  deadlineExceeded: 4,
  permissionDenied: 7,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/**
 * What an answer of the gateway's own says to a gRPC client (http2.md, gRPC).
 *
 * @param status The HTTP status that any other client would get.
 * @param error The code of `proxy-status`, or null: tells a deadline of ours that has passed from other failures.
 */
export function grpcStatusOf(status: number, error: string | null): number {
  if (error === 'http_response_timeout') return GRPC_STATUS.deadlineExceeded;
  switch (status) {
    case 400:
      return GRPC_STATUS.internal;
    case 401:
      return GRPC_STATUS.unauthenticated;
    case 403:
      return GRPC_STATUS.permissionDenied;
    case 404:
      return GRPC_STATUS.unimplemented;
    case 408:
      return GRPC_STATUS.deadlineExceeded;
    case 429:
    case 502:
    case 503:
    case 504:
      return GRPC_STATUS.unavailable;
    default:
      return GRPC_STATUS.unknown;
  }
}
