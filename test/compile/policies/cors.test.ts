import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCors } from '../../../src/compile/policies/cors.ts';
import { findings } from '../findings.ts';

const GOOD = { allowOrigin: ['*'], allowMethods: ['GET'] };
type Cors = Parameters<typeof checkCors>[0];
const check = (policy: Cors) => findings((place) => checkCors(policy, place), 'host').reports;

test('checkCors() says that a good policy is not honoured', () => {
  const origins = ['*', 'https://a.example', 'https://a.example:8443', '.*\\.example'];
  for (const maxAge of ['0', '10m', '']) {
    assert.deepEqual(check({ ...GOOD, allowOrigin: origins, maxAge }), ['warning SpecError/IgnoredField at']);
  }
  assert.deepEqual(check(undefined), []);
});

test('checkCors() rejects', () => {
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
