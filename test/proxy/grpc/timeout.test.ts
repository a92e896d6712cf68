import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGrpcTimeout } from '../../../src/proxy/grpc/timeout.ts';

test('parseGrpcTimeout() reads each unit', () => {
  const cases: [string, number][] = [
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3000],
    ['250m', 250],
    ['1500u', 1.5],
    ['99999999n', 99.999999],
    ['99999999H', 99_999_999 * 3_600_000],
    ['00000010S', 10_000],
  ];
  for (const [text, ms] of cases) {
    const parsed = parseGrpcTimeout(text);
    assert.ok(parsed !== null && Math.abs(parsed - ms) <= ms * 1e-12, `${text}: ${parsed}`);
  }
});

test('parseGrpcTimeout() refuses what the protocol does not allow', () => {
  for (const text of [
    '',
    'S',
    '10',
    '0S',
    '00000000m',
    '123456789S',
    '-1S',
    '+1S',
    '1.5S',
    ' 1S',
    '1S ',
    '1 S',
    '1s',
    '1h',
    '1ms',
    '0x1S',
    '1S,1S',
    '１S',
    '1constructor',
  ])
    assert.equal(parseGrpcTimeout(text), null, text);
});
