import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NOT_IN_NAME, NOT_IN_VALUE } from '../../../src/http2/hpack/field-bytes.ts';
import { LiteralText } from '../../../src/http2/hpack/literal-text.ts';

function literal(text: string): string {
  const value = new LiteralText();
  value.set(text);
  const out = Buffer.alloc(text.length + 6);
  return out.toString('hex', 1, value.write(out, 1));
}

describe('LiteralText', () => {
  test('is written in Huffman code where that is shorter', () => {
    assert.equal(literal('no-cache'), '86a8eb10649cbf');
    assert.equal(literal(''), '00');
    assert.equal(literal('13'), '023133');
    assert.equal(literal('{{{'), '037b7b7b');
    assert.equal(literal('\xff'.repeat(20)), `14${'ff'.repeat(20)}`);
  });

  test('is written whole when it is longer than the scratch', () => {
    const text = `${'\xff'.repeat(9000)}\xe4`;
    assert.ok(literal(text) === `7faa45${'ff'.repeat(9000)}e4`);
  });

  test('tells the faults of its bytes, also of characters that latin1 has not', () => {
    const text = new LiteralText();
    const faultsOf = (value: string): number => {
      text.set(value);
      return text.faults & (NOT_IN_VALUE | NOT_IN_NAME);
    };
    assert.equal(faultsOf('a-b'), 0);
    assert.equal(faultsOf('A'), NOT_IN_NAME);
    assert.equal(faultsOf('a\r'), NOT_IN_NAME | NOT_IN_VALUE);
    assert.equal(faultsOf('\u010a'), NOT_IN_NAME | NOT_IN_VALUE);
    assert.equal(faultsOf('a'), 0);
  });

  test('tells blanks at its ends', () => {
    const text = new LiteralText();
    const blank = ['', 'a', ' ', ' a', 'a\t', 'a b'].map((value) => {
      text.set(value);
      return text.hasBlankEnd;
    });
    assert.deepEqual(blank, [false, false, true, true, true, false]);
  });

  test('gives equal texts equal hashes and a copy', () => {
    const one = new LiteralText();
    const other = new LiteralText();
    one.set('abcdefgh');
    other.set('xabcdefghx'.slice(1, 9));
    assert.equal(one.hash, other.hash);
    assert.equal(other.copy(), 'abcdefgh');
    other.set('abcdefgi');
    assert.notEqual(one.hash, other.hash);
  });
});
