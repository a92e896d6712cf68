import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleProcess } from '../../src/telemetry/process-sample.ts';

test('sampleProcess() says what this process uses', async () => {
  const nowMs = Date.now();
  const sample = await sampleProcess(nowMs);
  assert.ok(sample.cpuSeconds > 0);
  assert.ok(sample.residentBytes > 1e6);
  assert.ok(sample.startedSeconds <= nowMs / 1000);
  assert.ok(sample.openFiles > 2 && sample.maxFiles > sample.openFiles);
});
