import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROXY_ERROR_CODES, type ProxyErrorCode } from '../../src/snapshot/error-codes.ts';
import { readSourceFiles, root } from '../support/source-files.ts';

/** Ours; never sent. */
const OWN: readonly ProxyErrorCode[] = ['client_disconnected'];

/** The types of RFC 9209 §2.3.1 to §2.3.32, in its order. */
const RFC_9209 =
  `dns_timeout dns_error destination_not_found destination_unavailable destination_ip_prohibited
  destination_ip_unroutable connection_refused connection_terminated connection_timeout connection_read_timeout
  connection_write_timeout connection_limit_reached tls_protocol_error tls_certificate_error tls_alert_received
  http_request_error http_request_denied http_response_incomplete http_response_header_section_size
  http_response_header_size http_response_body_size http_response_trailer_section_size
  http_response_trailer_size http_response_transfer_coding http_response_content_coding http_response_timeout
  http_upgrade_failed http_protocol_error proxy_internal_response proxy_internal_error
  proxy_configuration_error proxy_loop_detected`.split(/\s+/);

test('PROXY_ERROR_CODES are the types of RFC 9209 and our own behind them', () => {
  assert.deepEqual([...PROXY_ERROR_CODES], [...RFC_9209, ...OWN]);
});

test('docs/errors.md explains the codes that the gateway uses, and says of the others that it does not', () => {
  const [explained = '', unused = ''] = readFileSync(join(root, 'docs/errors.md'), 'utf8').split(
    'not in use yet',
  );
  const table = new Set([...explained.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) => codesIn(cell)));
  const source = readSourceFiles('src')
    .filter(({ path }) => path !== 'src/snapshot/error-codes.ts')
    .map(({ text }) => text)
    .join('\n');
  const used = PROXY_ERROR_CODES.filter((code) => source.includes(`'${code}'`));
  assert.deepEqual([...table].sort(), [...used].sort());
  assert.deepEqual(codesIn(unused).sort(), PROXY_ERROR_CODES.filter((code) => !used.includes(code)).sort());
});

/** Code spans; the head of the table, `error`, is none of them. */
function codesIn(text: string): string[] {
  return [...text.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => code).filter((code) => code !== 'error');
}
