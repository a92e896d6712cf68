import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonText, MAX_TEXT_LENGTH } from '../../src/telemetry/json-text.ts';

const CASES: readonly (readonly [string, string])[] = [
  ['plain text', '"plain text"'],
  ['', '""'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['\n\t\x00\x7f', '"\\u000a\\u0009\\u0000\\u007f"'],
  ['caf\xc3\xa9', '"caf\\u00e9"'],
  ['caf\xe9', '"caf\\u00e9"'],
  ['\xf0\x9f\x98\x80', '"\\ud83d\\ude00"'],
  ['\xc0\x80', '"\\u00c0\\u0080"'],
  ['\u20ac', '"\\u20ac"'],
];

test('jsonText() escapes what is not printable ASCII', () => {
  for (const [text, expected] of CASES) assert.equal(jsonText(text), expected, JSON.stringify(text));
});

test('jsonText() gives ASCII that parses back to the bytes or to the UTF-8 text', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(bytes, (array) => {
      const latin1 = Buffer.from(array).toString('latin1');
      const text = jsonText(latin1);
      assert.match(text, /^[\x20-\x7e]*$/);
      const utf8 = Buffer.from(array).toString('utf8');
      assert.ok([latin1, utf8].includes(JSON.parse(text)));
    }),
  );
});

test('jsonText() cuts a long text', () => {
  assert.equal(jsonText('x'.repeat(MAX_TEXT_LENGTH + 1)).length, MAX_TEXT_LENGTH + 2);
});
