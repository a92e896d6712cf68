/**
 * Why the gateway itself ended or answered a request: the types of RFC 9209 §2.3, which stand in
 * `proxy-status`, and after them our own, which are counted and logged but never sent. The code of a
 * `ProxyError`, and a metric label; the order is the layout of shared memory.
 */
export const PROXY_ERROR_CODES = [
  'dns_timeout',
  'dns_error',
  'destination_not_found',
  'destination_unavailable',
  'destination_ip_prohibited',
  'destination_ip_unroutable',
  'connection_refused',
  'connection_terminated',
  'connection_timeout',
  'connection_read_timeout',
  'connection_write_timeout',
  'connection_limit_reached',
  'tls_protocol_error',
  'tls_certificate_error',
  'tls_alert_received',
  'http_request_error',
  'http_request_denied',
  'http_response_incomplete',
  'http_response_header_section_size',
  'http_response_header_size',
  'http_response_body_size',
  'http_response_trailer_section_size',
  'http_response_trailer_size',
  'http_response_transfer_coding',
  'http_response_content_coding',
  'http_response_timeout',
  'http_upgrade_failed',
  'http_protocol_error',
  'proxy_internal_response',
  'proxy_internal_error',
  'proxy_configuration_error',
  'proxy_loop_detected',
  // The client left before its answer was complete.
  'client_disconnected',
] as const;

export type ProxyErrorCode = (typeof PROXY_ERROR_CODES)[number];
