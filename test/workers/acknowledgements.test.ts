import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Acknowledgements } from '../../src/workers/acknowledgements.ts';

const worker = (index: number, acknowledged: number, rejected = 0) => ({ index, acknowledged, rejected });
const nobody = () => false;

test('settle() resolves a version when nobody is left to wait for', async () => {
  const waiting = new Acknowledgements();
  const five = waiting.wait(5);
  const six = waiting.wait(6);
  waiting.settle([worker(0, 5), worker(1, 4)], nobody);
  assert.equal(waiting.size, 2);
  waiting.settle([worker(0, 6), worker(1, 4, 5), worker(2, 2)], ({ index }) => index === 2);
  assert.deepEqual(await five, { version: 5, acknowledgedBy: [0], rejectedBy: [1] });
  assert.equal(waiting.size, 1);
  waiting.settle([], nobody);
  assert.deepEqual(await six, { version: 6, acknowledgedBy: [], rejectedBy: [] });
});
