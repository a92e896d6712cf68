import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseTransferCoding } from '../../src/http1/transfer-coding.ts';

/** 0: served. */
const CASES: readonly (readonly [string, number])[] = [
  ['chunked', 0],
  ['CHUNKED', 0],
  ['cow', 501],
  ['gzip, chunked', 501],
  ['gzip', 501],
  ['chunked, chunked', 400],
  ['chunked, gzip', 400],
  ['', 400],
  [',chunked', 400],
  ['chunked,', 400],
  ['chunked;q=1', 400],
  ['"chunked"', 400],
  ['chunked\xa0', 400],
];

for (const [text, status] of CASES) {
  test(`refuseTransferCoding() gives ${status} for ${JSON.stringify(text)}`, () => {
    assert.equal(refuseTransferCoding(text)?.status ?? 0, status);
  });
}
