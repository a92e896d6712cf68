import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRedirect } from '../../../src/compile/policies/redirect.ts';
import type { PathMatch } from '../../../src/snapshot/match.ts';
import { findings } from '../findings.ts';

type Policy = Parameters<typeof compileRedirect>[0];
const PREFIX: PathMatch = { kind: 'prefix', value: '/x/' };

function compile(policy: Policy, path = PREFIX) {
  return findings((place) => compileRedirect(policy, { path, place }));
}

test('compileRedirect() leaves unset parts to the request', () => {
  assert.deepEqual(compile({}).value, {
    kind: 'redirect',
    status: 302,
    scheme: null,
    hostname: null,
    port: null,
    path: null,
  });
});

test('compileRedirect() replaces the matched text, or the whole path', () => {
  assert.deepEqual(compile({ prefix: '/v2' }).value?.path, { kind: 'prefix', prefix: '/x/', value: '/v2' });
  assert.deepEqual(compile({ path: '/a\r\nb' }).value?.path, { kind: 'full', value: '/a%0D%0Ab' });
  for (const path of [
    { kind: 'exact', value: '/x' },
    { kind: 'regex', pattern: '/x.*' },
  ] as const) {
    assert.deepEqual(compile({ prefix: '/v2' }, path).value?.path, { kind: 'full', value: '/v2' });
  }
});

test('compileRedirect() rejects', () => {
  const cases: Policy[] = [
    { path: '/a', prefix: '/b' },
    { scheme: 'ftp' as 'http' },
    { statusCode: 200 as 301 },
    { hostname: 'a\nb' },
    { hostname: '*.example' },
    { port: 65_536 },
  ];
  for (const policy of cases) {
    const { value, reports } = compile(policy);
    assert.equal(value, null);
    assert.deepEqual(reports, ['error RouteError/RequestRedirectPolicy at']);
  }
});
