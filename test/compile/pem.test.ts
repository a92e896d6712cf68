import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePem } from '../../src/compile/pem.ts';

const block = (label: string, body = 'AAAA') => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

test('parsePem() finds the blocks and leaves out what stands between them', () => {
  const text = `Bag Attributes\n${block('CERTIFICATE')}\nsubject=/CN=a\n${block('EC PRIVATE KEY', 'BBBB')}trailer`;
  assert.deepEqual(parsePem(text), {
    ok: true,
    value: [
      { label: 'CERTIFICATE', text: block('CERTIFICATE') },
      { label: 'EC PRIVATE KEY', text: block('EC PRIVATE KEY', 'BBBB') },
    ],
  });
});

test('parsePem() finds nothing in a text without blocks', () => {
  for (const text of ['', 'AAAA', '-----END CERTIFICATE-----']) {
    assert.deepEqual(parsePem(text), { ok: true, value: [] }, text);
  }
});

test('parsePem() refuses a block that does not end, or under another label', () => {
  const cases = [
    '-----BEGIN CERTIFICATE-----\nAAAA\n',
    `-----BEGIN CERTIFICATE-----\nAAAA\n${block('CERTIFICATE')}`,
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE',
  ];
  for (const text of cases) assert.equal(parsePem(text).ok, false, text);
});

test('parsePem() refuses more than a Secret can hold', () => {
  assert.equal(parsePem(' '.repeat(1_048_577)).ok, false);
});
