import type { Refusal } from './message.ts';

const NO_FIELDS: readonly string[] = [];

/**
 * Refuses a request.
 *
 * @param status Towards the client.
 * @param headers Flat fields that the answer must have.
 */
export function refuseRequest(status: number, detail: string, headers = NO_FIELDS): Refusal {
  return { ok: false, status, error: 'http_request_error', detail, headers };
}

/** Refuses a response: the client gets 502. `error` is a code of RFC 9209 §2.3. */
export function refuseResponse(detail: string, error = 'http_protocol_error'): Refusal {
  return { ok: false, status: 502, error, detail, headers: NO_FIELDS };
}

/**
 * Makes a refusal of what requests and responses have in common one of a response.
 *
 * @returns Status 502; a head that is too large gets the code that says so.
 */
export function asResponseRefusal(refusal: Refusal): Refusal {
  const error = refusal.status === 431 ? 'http_response_header_section_size' : 'http_protocol_error';
  return refuseResponse(refusal.detail, error);
}
