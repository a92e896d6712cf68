import { didYouMean } from '../lib/nearest.ts';
import { err, ok } from '../lib/result.ts';
import type { Read } from './read.ts';
import { readOneOf } from './read.ts';

/** The TLS 1.2 suites that may be configured (httpproxy.md 3.4). */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
];

/** `1.2` or `1.3`, in Node's spelling. */
export const readTlsVersion: Read<'TLSv1.2' | 'TLSv1.3'> = (value) => {
  const version = readOneOf('1.2', '1.3')(value);
  if (!version.ok) return version;
  return ok(version.value === '1.2' ? 'TLSv1.2' : 'TLSv1.3');
};

/** A list of suites; `[a|b]` is a group, whose members stand one after the other for OpenSSL. To its text. */
export const readCiphers: Read<string> = (value) => {
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => typeof item === 'string')) {
    return err('must be a list of cipher suites');
  }
  const suites = value.flatMap((item) => item.replace(/^\[(.*)\]$/, '$1').split('|'));
  const unknown = suites.find((suite) => !CIPHERS.includes(suite));
  if (unknown === undefined) return ok(suites.join(':'));
  return err(`holds the unknown suite ${JSON.stringify(unknown)}${didYouMean(unknown, CIPHERS)}`);
};
