import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryPressure, readMemoryLimit } from '../../src/lib/memory-pressure.ts';

const LEVELS = [
  { used: 0, limit: null, level: 0 },
  { used: 1e12, limit: null, level: 0 },
  { used: 919, limit: 1000, level: 0 },
  { used: 920, limit: 1000, level: 1 },
  { used: 949, limit: 1000, level: 1 },
  { used: 950, limit: 1000, level: 2 },
  { used: 2000, limit: 1000, level: 2 },
] as const;

for (const { used, limit, level } of LEVELS) {
  test(`memoryPressure() is ${level} at ${used} of ${limit} bytes`, () => {
    assert.equal(memoryPressure(used, limit), level);
  });
}

const FILES = [
  { name: 'cgroup v2', files: { '/sys/fs/cgroup/memory.max': '1048576\n' }, limit: 1048576 },
  { name: 'cgroup v2 without a limit', files: { '/sys/fs/cgroup/memory.max': 'max\n' }, limit: null },
  {
    name: 'cgroup v1',
    files: { '/sys/fs/cgroup/memory/memory.limit_in_bytes': '2097152\n' },
    limit: 2097152,
  },
  {
    name: 'cgroup v1 without a limit',
    files: { '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n' },
    limit: null,
  },
  { name: 'no cgroup', files: {}, limit: null },
] as const;

for (const { name, files, limit } of FILES) {
  test(`readMemoryLimit() reads ${name}`, () => {
    const read = (path: string): string => {
      const text = (files as Readonly<Record<string, string>>)[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    };
    assert.equal(readMemoryLimit(read), limit);
  });
}
