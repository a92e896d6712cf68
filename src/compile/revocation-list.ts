import { type DerValue, derValues } from '../lib/der.ts';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';
import type { RevocationList } from '../snapshot/virtual-host.ts';

const INTEGER = 0x02;
const SEQUENCE = 0x30;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/**
 * Reads CRLs (RFC 5280 §5.1) as far as leaves are looked up in them. The signature is not looked at: who writes
 * the Secret says whom the gateway trusts.
 *
 * @param pem Blocks `X509 CRL` only.
 */
export function readRevocationLists(pem: string): Result<readonly RevocationList[], string> {
  try {
    const texts = pem.split('-----BEGIN X509 CRL-----').slice(1);
    return ok(texts.map((text) => readList(Buffer.from(text.split('-----END')[0] ?? '', 'base64'))));
  } catch {
    return err('a CRL cannot be parsed');
  }
}

function readList(bytes: Buffer): RevocationList {
  const [whole] = derValues(bytes, 0, bytes.length);
  const [tbs] = inside(bytes, whole);
  const parts = inside(bytes, tbs);
  // The version stands there or not; behind it the algorithm, the issuer, one or two times.
  const first = parts[0]?.tag === INTEGER ? 2 : 1;
  const issuer = parts[first];
  const next = parts[first + 2];
  const timed = next !== undefined && (next.tag === UTC_TIME || next.tag === GENERALIZED_TIME);
  const revoked = parts[first + (timed ? 3 : 2)];
  if (issuer?.tag !== SEQUENCE) throw new RangeError('a CRL has no issuer');
  const entries = revoked?.tag === SEQUENCE ? inside(bytes, revoked) : [];
  return {
    issuer: bytes.toString('hex', issuer.from, issuer.end),
    serials: entries.map((entry) => serial(bytes, inside(bytes, entry)[0])),
    nextUpdateMs: timed ? time(bytes.toString('latin1', next.start, next.end), next.tag) : null,
  };
}

function inside(bytes: Buffer, value: DerValue | undefined): DerValue[] {
  if (value?.tag !== SEQUENCE) throw new RangeError('a CRL is not made as RFC 5280 says');
  return derValues(bytes, value.start, value.end);
}

function serial(bytes: Buffer, value: DerValue | undefined): string {
  if (value?.tag !== INTEGER) throw new RangeError('a CRL has an entry without a number');
  return bytes.toString('hex', value.start, value.end).replace(/^0+(?=.)/, '');
}

/** `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`: RFC 5280 §4.1.2.5. */
function time(text: string, tag: number): number {
  const year = tag === UTC_TIME ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') : '';
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(year + text);
  if (match === null) throw new RangeError('a CRL has a time that RFC 5280 does not know');
  const [, y, month, day, hour, minute, second] = match.map(Number) as [number, ...number[]];
  return Date.UTC(y as number, (month as number) - 1, day, hour, minute, second);
}
