import { randomUUID } from 'node:crypto';
import type { Exchange } from './exchange.ts';

/** What becomes of a client's own forwarding field: always dropped, or believed from a trusted proxy before us. */
const FORWARDING: ReadonlyMap<string, 'drop' | 'trust' | 'append' | 'id'> = new Map([
  ['x-forwarded-for', 'append'],
  ['x-forwarded-proto', 'trust'],
  ['x-forwarded-host', 'trust'],
  ['x-forwarded-port', 'trust'],
  ['x-real-ip', 'trust'],
  ['forwarded', 'trust'],
  ['x-client-cert', 'drop'],
  ['x-forwarded-client-cert', 'drop'],
  ['x-request-id', 'id'],
]);
const MAX_ID_LENGTH = 128;

/**
 * Puts the gateway's own fields into a request in place of what the client said of them (http1.md B20,
 * httpproxy.md part 0). Runs before routing, so that nothing is decided by a field that a client forged.
 */
export function applyRequestFields(exchange: Exchange): void {
  const { requestHeaders: headers, client, worker } = exchange;
  const trusted = worker.table.settings.trustedHops > 0;
  let forwardedFor = '';
  let proto = '';
  let host = '';
  let kept = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const first = name.charCodeAt(0);
    // Only names that begin with `x` or `f` can be forwarding fields.
    if (first === 0x78 || first === 0x66) {
      const plain = name.includes('_') ? name.replaceAll('_', '-') : name;
      const rule = FORWARDING.get(plain);
      if (rule !== undefined) {
        const value = headers[i + 1] as string;
        if (plain === name) {
          if (rule === 'append') forwardedFor = forwardedFor === '' ? value : `${forwardedFor}, ${value}`;
          else if (rule === 'id' && exchange.requestId === '' && isPlainId(value)) exchange.requestId = value;
          else if (rule === 'trust' && trusted) {
            if (name === 'x-forwarded-proto') proto = value;
            else if (name === 'x-forwarded-host') host = value;
            else {
              headers[kept++] = name;
              headers[kept++] = value;
            }
          }
        }
        continue;
      }
      if (plain.startsWith('x-envoy-')) continue;
    }
    if (kept !== i) {
      headers[kept] = name;
      headers[kept + 1] = headers[i + 1] as string;
    }
    kept += 2;
  }
  if (kept !== headers.length) headers.length = kept;
  if (exchange.requestId === '') exchange.requestId = randomUUID();
  headers.push(
    'x-forwarded-for',
    forwardedFor === '' ? client.address : `${forwardedFor}, ${client.address}`,
    'x-forwarded-proto',
    proto === 'http' || proto === 'https' ? proto : exchange.scheme,
    'x-forwarded-host',
    host === '' ? exchange.authority : host,
    'x-request-id',
    exchange.requestId,
    'x-request-start',
    worker.requestStart(),
  );
}

/** A plain token of at most 128 characters: letters, digits, `-`, `_`, `.`. */
function isPlainId(value: string): boolean {
  if (value === '' || value.length > MAX_ID_LENGTH) return false;
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    const plain =
      (c >= 0x30 && c <= 0x39) ||
      (c >= 0x41 && c <= 0x5a) ||
      (c >= 0x61 && c <= 0x7a) ||
      c === 0x2d ||
      c === 0x5f ||
      c === 0x2e;
    if (!plain) return false;
  }
  return true;
}
