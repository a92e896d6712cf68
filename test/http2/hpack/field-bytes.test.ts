import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FIELD_FAULTS,
  isBlank,
  NOT_IN_NAME,
  NOT_IN_VALUE,
  NOT_VISIBLE,
} from '../../../src/http2/hpack/field-bytes.ts';

function bytesWithout(fault: number): string {
  const bytes = [...FIELD_FAULTS.keys()].filter((byte) => ((FIELD_FAULTS[byte] ?? 0) & fault) === 0);
  return Buffer.from(bytes).toString('latin1');
}

function range(from: number, to: number): string {
  return Buffer.from(Array.from({ length: to - from + 1 }, (_, at) => from + at)).toString('latin1');
}

test('FIELD_FAULTS allows what RFC 9110 allows', () => {
  assert.equal(bytesWithout(NOT_IN_VALUE), `\t${range(0x20, 0x7e)}${range(0x80, 0xff)}`);
  assert.equal(bytesWithout(NOT_IN_NAME), "!#$%&'*+-.0123456789^_`abcdefghijklmnopqrstuvwxyz|~");
  assert.equal(bytesWithout(NOT_VISIBLE), range(0x21, 0x7e));
});

test('isBlank() is true for SP and HTAB', () => {
  assert.deepEqual(
    [...FIELD_FAULTS.keys()].filter((byte) => isBlank(byte)),
    [9, 32],
  );
});
