import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addHeader, getHeader, joinHeader, removeHeader, setHeader } from '../../src/lib/header-list.ts';

test('getHeader() gives the first value of a name, never a value that looks like one', () => {
  assert.equal(getHeader(['a', 'b', 'b', '1', 'b', '2'], 'b'), '1');
  assert.equal(getHeader(['a', 'b'], 'b'), undefined);
  assert.equal(getHeader([], 'b'), undefined);
});

test('joinHeader() joins repeats with a comma', () => {
  assert.equal(joinHeader(['a', '1', 'b', '2', 'a', '', 'a', '3'], 'a'), '1,,3');
  assert.equal(joinHeader(['a', ''], 'a'), '');
  assert.equal(joinHeader(['b', 'a'], 'a'), undefined);
});

test('addHeader() repeats a name', () => {
  const headers = ['a', '1'];
  addHeader(headers, 'a', '2');
  assert.deepEqual(headers, ['a', '1', 'a', '2']);
});

const FIELD = fc.tuple(fc.constantFrom<string>('a', 'b', 'c'), fc.constantFrom<string>('a', 'b', '1'));
const LIST = fc.array(FIELD, { maxLength: 8 });

test('setHeader() leaves one field of the name, in the place of the first, and all others', () => {
  fc.assert(
    fc.property(LIST, (fields) => {
      const headers = fields.flat();
      setHeader(headers, 'a', 'new');
      const at = fields.findIndex(([name]) => name === 'a');
      const others = fields.filter(([name]) => name !== 'a');
      others.splice(at === -1 ? others.length : at, 0, ['a', 'new']);
      assert.deepEqual(headers, others.flat());
    }),
    { seed: 7 },
  );
});

test('removeHeader() leaves all other fields as they were', () => {
  fc.assert(
    fc.property(LIST, (fields) => {
      const headers = fields.flat();
      removeHeader(headers, 'a');
      assert.deepEqual(headers, fields.filter(([name]) => name !== 'a').flat());
    }),
    { seed: 8 },
  );
});
