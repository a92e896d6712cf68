import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpuProfile } from '../../bench/lib/cpu-profile.ts';
import { selfTimeLines, selfTimes } from '../../bench/lib/cpu-profile.ts';

function node(id: number, functionName: string, url = ''): CpuProfile['nodes'][number] {
  return { id, callFrame: { functionName, url, lineNumber: 9 } };
}

const profile: CpuProfile = {
  nodes: [
    node(1, '(root)'),
    node(2, '(idle)'),
    node(3, 'read', 'file:///here/src/read.ts'),
    node(4, 'read', 'file:///here/src/read.ts'),
    node(5, 'write'),
    node(6, '(garbage collector)'),
    node(7, '', 'node:net'),
  ],
  samples: [1, 2, 3, 4, 5, 6, 7, 3],
  timeDeltas: [5000, 9000, 1000, 2000, 10_000, 500, 3500, 3000],
};

test('selfTimes() adds up a function wherever it was called, without idle time, the longest first', () => {
  assert.deepEqual(selfTimes(profile, 'file:///here/'), [
    { name: 'write', place: 'native', ms: 10 },
    { name: 'read', place: 'src/read.ts:10', ms: 6 },
    { name: '(anonymous)', place: 'node:net:10', ms: 3.5 },
    { name: '(garbage collector)', place: '', ms: 0.5 },
  ]);
});

test('selfTimes() takes a clock that steps back for no time', () => {
  const stepped = { nodes: [node(1, 'f')], samples: [1, 1], timeDeltas: [2000, -500] };
  assert.deepEqual(selfTimes(stepped, ''), [{ name: 'f', place: 'native', ms: 2 }]);
});

test('selfTimeLines() shows shares of all, not of what is shown', () => {
  assert.deepEqual(selfTimeLines(selfTimes(profile, 'file:///here/'), 2), [
    ' 50.0 %     10 ms  write  native',
    ' 30.0 %      6 ms  read  src/read.ts:10',
  ]);
});
