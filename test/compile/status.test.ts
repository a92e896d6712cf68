import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/compile/part.ts';
import { cutMessage, proxyStatus } from '../../src/compile/status.ts';

const problem = (severity: Problem['severity'], reason: string, message = 'text'): Problem => ({
  object: { kind: 'HTTPProxy', namespace: 'default', name: 'a' },
  severity,
  type: 'RouteError',
  reason,
  field: 'spec',
  message,
});

test('proxyStatus() of an object without errors is valid, whatever its warnings', () => {
  const status = proxyStatus({ generation: 3, orphaned: false, problems: [problem('warning', 'W')] });
  assert.deepEqual(status, {
    currentStatus: 'valid',
    description: 'Valid HTTPProxy',
    conditions: [
      {
        type: 'Valid',
        status: 'True',
        reason: 'Valid',
        message: 'Valid HTTPProxy',
        observedGeneration: 3,
        errors: [],
        warnings: [{ type: 'RouteError', status: 'True', reason: 'W', message: 'spec: text' }],
      },
    ],
  });
});

test('proxyStatus() lists errors sorted and without repeats', () => {
  const problems = [
    problem('error', 'B'),
    problem('error', 'A', '2'),
    problem('error', 'A', '1'),
    problem('error', 'B'),
  ];
  const status = proxyStatus({ generation: 1, orphaned: false, problems });
  assert.equal(status.currentStatus, 'invalid');
  assert.equal(status.description, 'At least one error present, see Errors for details');
  assert.equal(status.conditions[0].reason, 'ErrorPresent');
  assert.deepEqual(
    status.conditions[0].errors.map(({ reason, message }) => `${reason} ${message}`),
    ['A spec: 1', 'A spec: 2', 'B spec: text'],
  );
  const reversed = proxyStatus({ generation: 1, orphaned: false, problems: problems.toReversed() });
  assert.deepEqual(reversed, status);
});

test('proxyStatus() of an orphan describes why', () => {
  const status = proxyStatus({ generation: 1, orphaned: true, problems: [] });
  assert.equal(status.currentStatus, 'orphaned');
  assert.equal(status.conditions[0].status, 'False');
  assert.equal(status.conditions[0].errors[0]?.type, 'Orphaned');
  assert.equal(status.description, status.conditions[0].errors[0]?.message);
});

test('cutMessage() cuts at 32,760 bytes, between characters', () => {
  assert.equal(cutMessage('a'.repeat(32_760)).length, 32_760);
  assert.equal(cutMessage('a'.repeat(40_000)).length, 32_760);
  for (const character of ['ä', '€', '😀']) {
    const cut = cutMessage(`a${character.repeat(20_000)}`);
    const bytes = Buffer.byteLength(cut);
    assert.ok(bytes <= 32_760 && bytes > 32_755, character);
    assert.ok(!cut.includes('\ufffd'));
  }
});

test('proxyStatus() leaves out what no API server would store', () => {
  const problems = Array.from({ length: 20_000 }, (_, index) => problem('error', 'A', `text ${index}`));
  const { errors } = proxyStatus({ generation: 1, orphaned: false, problems }).conditions[0];
  assert.ok(JSON.stringify(errors).length < 300_000);
  assert.equal(
    errors.at(-1)?.message,
    `${20_000 - errors.length + 1} more of these and other kinds are left out`,
  );
});
