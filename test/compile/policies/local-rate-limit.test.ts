import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileLocalRateLimit } from '../../../src/compile/policies/local-rate-limit.ts';
import { findings } from '../findings.ts';

type Local = Parameters<typeof compileLocalRateLimit>[0];

function compile(local: Local) {
  return findings((place) =>
    compileLocalRateLimit(local, { place, code: 'RouteError/RateLimitPolicyNotValid', bucket: 'b' }),
  );
}

test('compileLocalRateLimit() makes a bucket of requests and burst', () => {
  const { value } = compile({
    requests: 10,
    unit: 'minute',
    burst: 5,
    responseHeadersToAdd: [{ name: 'X-Limit', value: 'ä' }],
  });
  assert.deepEqual(value, {
    kind: 'local-rate-limit',
    bucket: 'b',
    tokens: 10,
    periodMs: 60_000,
    burst: 15,
    status: 429,
    headers: ['x-limit', 'ä'],
  });
  assert.equal(compile(undefined).value, null);
});

test('compileLocalRateLimit() rejects', () => {
  const good = { requests: 1, unit: 'second' } as const;
  const header = (name: string, value: string) => ({ ...good, responseHeadersToAdd: [{ name, value }] });
  const cases: [string, Local, string][] = [
    ['no requests', { ...good, requests: 0 }, 'requests'],
    ['half a request', { ...good, requests: 1.5 }, 'requests'],
    ['more than 32 bits', { ...good, requests: 2 ** 32 }, 'requests'],
    ['an unknown unit', { ...good, unit: 'toString' as 'second' }, 'unit'],
    ['a negative burst', { ...good, burst: -1 }, 'burst'],
    ['a status of success', { ...good, responseStatusCode: 200 }, 'responseStatusCode'],
    ['a bad header name', header('a b', 'c'), 'responseHeadersToAdd[0]'],
    ['a line feed', header('a', 'b\nc'), 'responseHeadersToAdd[0]'],
    [
      'a header twice',
      {
        ...good,
        responseHeadersToAdd: [
          { name: 'A', value: '1' },
          { name: 'a', value: '2' },
        ],
      },
      'responseHeadersToAdd[1]',
    ],
  ];
  for (const [name, local, field] of cases) {
    const { value, reports } = compile(local);
    assert.equal(value, null, name);
    assert.deepEqual(reports, [`error RouteError/RateLimitPolicyNotValid at.${field}`], name);
  }
});
