import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeRegex, regexFault } from '../../src/compile/regex-check.ts';
import { LinearRegex } from '../../src/lib/linear-regex.ts';

test('regexFault() accepts RE2 syntax', () => {
  for (const pattern of ['/a.*', '(?i)a', '[[:alpha:]]+', 'a{1,1000}', '\\pL', '']) {
    assert.equal(regexFault(pattern), null, pattern);
  }
});

test('regexFault() rejects what is none, or too large', () => {
  const hostile = ['(', '[', '(?=a)', '(a)\\1', 'a{1001}', '((a{100}){100}){100}', 'a'.repeat(4097)];
  for (const pattern of hostile) {
    assert.notEqual(regexFault(pattern), null, pattern.slice(0, 20));
  }
});

test('escapeRegex() gives a pattern for exactly the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      assert.ok(new LinearRegex(escapeRegex(text)).matches(text));
      assert.ok(!new LinearRegex(escapeRegex(text)).matches(`${text}x`));
    }),
    { seed: 1 },
  );
});
