import { STATUS_CODES } from 'node:http';

/** A `Status` of the Kubernetes API: how it says that a request failed. */
export interface StatusObject {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

/** Which object is meant. `kind` is the plural name of the resource. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
}

/** The answer to a request that failed, in the words of the part of the API that was asked. */
export type ErrorBody = StatusObject | { readonly error: string };

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  410: 'Expired',
  500: 'InternalError',
};

/** @param code HTTP status. */
export function statusObject(code: number, message: string, details?: StatusDetails): StatusObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: REASONS[code] ?? (STATUS_CODES[code] ?? 'Unknown').replaceAll(' ', ''),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

/**
 * Below `/api` and `/apis` a `Status`, elsewhere `{ "error": text }`.
 *
 * @param path Path of the request.
 */
export function errorBody(path: string, code: number, message: string): ErrorBody {
  return /^\/apis?(?:[/?]|$)/.test(path) ? statusObject(code, message) : { error: message };
}
