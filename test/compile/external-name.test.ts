import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExternalName } from '../../src/compile/external-name.ts';

test('parseExternalName() takes DNS names and addresses of other machines', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['db.example.com', 'db.example.com'],
    ['DB.Example.com.', 'db.example.com'],
    ['_sip.example.com', '_sip.example.com'],
    ['localhost.example.com', 'localhost.example.com'],
    ['192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0::1', '2001:db8::1'],
  ];
  for (const [text, host] of cases)
    assert.deepEqual(parseExternalName(text), { ok: true, value: host }, text);
});

test('parseExternalName() refuses names and addresses of this machine and its link', () => {
  const refused = [
    'localhost',
    'LocalHost',
    'localhost.',
    'a.localhost',
    'localhost.localdomain',
    'local.projectcontour.io',
    'local.projectcontour.io.',
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '169.254.169.254',
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    'fe80::1',
    'FEBF::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.1.1',
    '::127.0.0.1',
    'fe80::1%eth0',
    '2001:db8::1%eth0',
  ];
  for (const text of refused) assert.equal(parseExternalName(text).ok, false, text);
});

test('parseExternalName() refuses what a resolver reads as an address though it does not look like one', () => {
  for (const text of ['127.1', '2130706433', '0x7f000001', '0x7f.1', '017700000001', 'a.1', 'a.0x1']) {
    assert.equal(parseExternalName(text).ok, false, text);
  }
});

test('parseExternalName() refuses what is no DNS name', () => {
  for (const text of [
    '',
    '.',
    'a..b',
    '-a.b',
    'a b',
    'a/b',
    `${'a'.repeat(64)}.b`,
    'a.'.repeat(127).concat('b'),
  ]) {
    assert.equal(parseExternalName(text).ok, false, text);
  }
});
