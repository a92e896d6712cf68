import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '../../src/http1/message.ts';
import { refuseRequest } from '../../src/http1/refusal.ts';
import { type FirstLineCheck, refuseUnfinishedHead } from '../../src/http1/unfinished-head.ts';

const LIMITS = { maxBytes: 40, maxFields: 2 };
const takesAll: FirstLineCheck = () => null;

function check(text: string, from = 0, checkFirstLine = takesAll): Refusal | null {
  const bytes = Buffer.from(text, 'latin1');
  return refuseUnfinishedHead(
    { bytes, start: 0, lineStart: 0, from, end: bytes.length },
    LIMITS,
    checkFirstLine,
  );
}

test('refuseUnfinishedHead() takes what may become a head', () => {
  for (const text of ['', 'G', 'G\r', 'G\r\n', 'G\r\na: b\r\nc: d\r\n', 'G\r\n\r\n', 'x'.repeat(40)]) {
    assert.equal(check(text), null, JSON.stringify(text));
  }
});

test('refuseUnfinishedHead() refuses at the first byte that is wrong', () => {
  const cases: [string, number][] = [
    ['\n', 400],
    ['a\n', 400],
    ['a\rb', 400],
    ['a\r\r', 400],
    ['a\0', 400],
    ['G\r\na: b\r\nc: d\r\ne: f\r\n', 431],
    ['x'.repeat(41), 431],
    [`\0${'x'.repeat(41)}`, 400],
    [`${'x'.repeat(41)}\0`, 431],
  ];
  for (const [text, status] of cases) assert.equal(check(text)?.status, status, JSON.stringify(text));
});

test('refuseUnfinishedHead() looks only at what is new, and counts the lines before it', () => {
  assert.equal(check('a\0bc', 2), null);
  assert.equal(check('a\rb', 2)?.status, 400);
  assert.equal(check('G\r\na: b\r\nc: d\r\ne: f\r\n', 18)?.status, 431);
});

test('refuseUnfinishedHead() has the first line checked once, when it ends', () => {
  const seen: string[] = [];
  const note: FirstLineCheck = (bytes, start, end) => {
    seen.push(bytes.toString('latin1', start, end));
    return null;
  };
  check('G\r', 0, note);
  check('G\r\na', 2, note);
  check('G\r\na: b\r\n', 4, note);
  assert.deepEqual(seen, ['G\r\n']);
  assert.equal(check('G\r\n', 0, () => refuseRequest(501, 'x'))?.status, 501);
});
