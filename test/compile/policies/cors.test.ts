import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileCors } from '../../../src/compile/policies/cors.ts';
import { findings } from '../findings.ts';

const GOOD = { allowOrigin: ['*'], allowMethods: ['GET'] };
type Cors = Parameters<typeof compileCors>[0];
const check = (policy: Cors) => findings((place) => compileCors(policy, place), 'host').reports;

test('compileCors() tells origins from patterns', () => {
  const allowOrigin = [
    '*',
    'https://A.example',
    'https://a.example:8443',
    'http://[2001:db8::1]:80',
    'app+x://id',
    '.*\\.example',
    'https://[a-z]+.example',
    'https://a.example/',
    'http://[::g]',
  ];
  const { value } = findings((place) => compileCors({ ...GOOD, allowOrigin }, place), 'host');
  assert.equal(value?.anyOrigin, true);
  assert.deepEqual(value.origins, [
    'https://a.example',
    'https://a.example:8443',
    'http://[2001:db8::1]:80',
    'app+x://id',
  ]);
  assert.deepEqual(value.patterns, [
    '.*\\.example',
    'https://[a-z]+.example',
    'https://a.example/',
    'http://[::g]',
  ]);
});

test('compileCors() joins lists, and leaves out what is not set', () => {
  assert.deepEqual(
    findings((place) => compileCors({ allowOrigin: ['a.*'], allowMethods: ['GET', 'PUT'] }, place)).value,
    {
      kind: 'cors',
      anyOrigin: false,
      origins: [],
      patterns: ['a.*'],
      allowMethods: 'GET,PUT',
      allowHeaders: '',
      exposeHeaders: '',
      allowCredentials: false,
      allowPrivateNetwork: false,
      maxAgeSeconds: null,
    },
  );
  const all = {
    ...GOOD,
    allowHeaders: ['x-a', 'X-B'],
    exposeHeaders: ['*'],
    allowCredentials: true,
    allowPrivateNetwork: true,
  };
  const { value } = findings((place) => compileCors(all, place));
  assert.equal(value?.allowHeaders, 'x-a,X-B');
  assert.equal(value.exposeHeaders, '*');
  assert.deepEqual([value.allowCredentials, value.allowPrivateNetwork], [true, true]);
});

test('compileCors() says the age in seconds', () => {
  for (const [maxAge, seconds] of [
    ['0', 0],
    ['0s', 0],
    ['10m', 600],
    ['1500ms', 1],
    ['', null],
    ['1000000000h', 2_147_483_647],
  ] as const) {
    const { value, reports } = findings((place) => compileCors({ ...GOOD, maxAge }, place), 'host');
    assert.deepEqual([value?.maxAgeSeconds, reports], [seconds, []], maxAge);
  }
  assert.equal(findings((place) => compileCors(undefined, place)).value, null);
});

test('compileCors() rejects', () => {
  const cases: Cors[] = [
    { ...GOOD, allowOrigin: [] },
    { ...GOOD, allowOrigin: [''] },
    { ...GOOD, allowOrigin: ['(a'] },
    { ...GOOD, allowMethods: [] },
    { ...GOOD, allowMethods: ['G T'] },
    { ...GOOD, exposeHeaders: ['a\nb'] },
    { ...GOOD, maxAge: '-1s' },
    { ...GOOD, maxAge: 'long' },
  ];
  for (const policy of cases) assert.deepEqual(check(policy), ['error CORSError/PolicyDidNotParse at']);
});
