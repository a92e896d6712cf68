import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePublicKeys } from '../../src/lib/public-keys.ts';

const RSA = { kty: 'RSA', kid: 'a', use: 'sig', alg: 'RS256', n: 'bg', e: 'AQAB' };

function parse(...keys: readonly unknown[]): unknown {
  const result = parsePublicKeys(JSON.stringify({ keys }));
  return result.ok ? result.value : result.error;
}

test('parsePublicKeys() keeps public members alone', () => {
  const ec = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', key_ops: ['verify'] };
  assert.deepEqual(
    parse({ ...RSA, d: 'secret', p: 'secret', x5c: ['cert'], other: 1 }, { ...ec, d: 'secret' }),
    [RSA, ec],
  );
  assert.deepEqual(parse({ kty: 'OKP', crv: 'Ed25519', x: 'eA' }), [{ kty: 'OKP', crv: 'Ed25519', x: 'eA' }]);
});

test('parsePublicKeys() leaves out what verifies nothing', () => {
  const odd: readonly unknown[] = [
    null,
    1,
    [],
    {},
    { kty: 'oct', k: 'c2VjcmV0' },
    { kty: 'toString' },
    { ...RSA, kid: 1 },
    { ...RSA, n: 'n'.repeat(5000) },
    { ...RSA, key_ops: 'verify' },
    { ...RSA, key_ops: [1] },
    { ...RSA, key_ops: Array(100).fill('verify') },
  ];
  assert.deepEqual(parse(...odd, RSA), [RSA]);
  assert.deepEqual(parse(), []);
});

test('parsePublicKeys() rejects what is no key set, without repeating it', () => {
  for (const text of ['', 'secret', '[]', 'null', '"secret"', '{"keys":{}}', '{"secret":[]}']) {
    const result = parsePublicKeys(text);
    assert.equal(result.ok, false, text);
    if (!result.ok) assert.ok(!result.error.includes('secret'));
  }
  assert.equal(parse(...Array(101).fill(RSA)), 'it has 101 keys, but at most 100 are taken');
});
