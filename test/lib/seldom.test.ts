import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Seldom } from '../../src/lib/seldom.ts';

test('Seldom lets one through in its time and tells how many it kept back', () => {
  const seldom = new Seldom(1000);
  const times: readonly (readonly [nowMs: number, answer: number])[] = [
    [0, 0],
    [1, -1],
    [999, -1],
    [1000, 2],
    [1999, -1],
    [5000, 1],
    [6000, 0],
  ];
  for (const [nowMs, answer] of times) assert.equal(seldom.ask(nowMs), answer, `${nowMs}`);
});
