import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { endOfBlankLine } from '../../src/http1/blank-line.ts';

test('endOfBlankLine() finds what indexOf finds, and nothing beyond the end', () => {
  const text = fc.string({ unit: fc.constantFrom('\r', '\n', '\r\n', 'a', 'bcd'), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.nat(3), fc.nat(10), (input, start, hidden) => {
      const bytes = Buffer.from(input);
      const end = Math.max(0, bytes.length - hidden);
      const index = input.slice(0, end).indexOf('\r\n\r\n', start);
      assert.equal(endOfBlankLine(bytes, start, end), index < 0 ? -1 : index + 4);
    }),
    { numRuns: 2000 },
  );
});
