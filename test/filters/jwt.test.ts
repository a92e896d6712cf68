import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Jwt } from '../../src/filters/jwt.ts';
import { TokenVerifier } from '../../src/filters/token-verifier.ts';
import type { Jwt as Config } from '../../src/snapshot/filter.ts';
import { tokenSigner } from '../support/tokens.ts';
import { context } from './context.ts';

const CONFIG: Config = {
  kind: 'jwt',
  keySet: 'keys',
  issuer: null,
  audiences: [],
  forward: false,
  realm: 'shop.test',
};
const CLOCK = { now: () => 0, wall: () => 1_700_000_000_000 };

const signer = await tokenSigner();
const token = await signer.sign();

function filter(changes: Partial<Config> = {}): Jwt {
  const tokens = new TokenVerifier({ clock: CLOCK, askKeys: () => {} });
  tokens.apply({ set: [{ name: 'keys', keys: [signer.publicKey] }], remove: [] });
  return new Jwt({ ...CONFIG, ...changes }, { tokens });
}

test('Jwt takes a good token out of the request', async () => {
  const jwt = filter();
  const inHeader = context({ requestHeaders: ['a', '1', 'authorization', `Bearer ${token}`] });
  assert.equal(await jwt.onRequest(inHeader), undefined);
  assert.deepEqual(inHeader.requestHeaders, ['a', '1']);
  const inQuery = context({
    query: `?a=1&access_token=${token}`,
    requestHeaders: ['authorization', 'Basic x'],
  });
  assert.equal(jwt.onRequest(inQuery), undefined, 'at once: it was verified before');
  assert.equal(inQuery.query, '?a=1');
  assert.deepEqual(inQuery.requestHeaders, ['authorization', 'Basic x']);
});

test('Jwt leaves a token that is to be forwarded', async () => {
  const jwt = filter({ forward: true });
  const request = context({ requestHeaders: ['authorization', `Bearer ${token}`] });
  assert.equal(await jwt.onRequest(request), undefined);
  assert.deepEqual(request.requestHeaders, ['authorization', `Bearer ${token}`]);
  const query = `?access_token=${token}`;
  const other = context({ query });
  assert.equal(await jwt.onRequest(other), undefined);
  assert.equal(other.query, query);
});

test('Jwt refuses with a challenge', async () => {
  const bearer = (text: string) => ['authorization', `Bearer ${text}`];
  const cases: [string, readonly string[], Partial<Config>, number, string][] = [
    ['no token', [], {}, 401, 'Bearer realm="shop.test"'],
    [
      'two tokens',
      [...bearer(token), ...bearer(token)],
      {},
      401,
      'Bearer realm="shop.test", error="invalid_request"',
    ],
    ['a bad token', bearer('x'), {}, 401, 'Bearer realm="shop.test", error="invalid_token"'],
    [
      'a foreign token',
      bearer(token),
      { issuer: 'a' },
      401,
      'Bearer realm="shop.test", error="invalid_token"',
    ],
    [
      'other audiences',
      bearer(token),
      { audiences: ['a'] },
      403,
      'Bearer realm="shop.test", error="invalid_token"',
    ],
    ['unknown keys', bearer(token), { keySet: 'x' }, 401, 'Bearer realm="shop.test", error="invalid_token"'],
    ['an odd name', [], { realm: '*.a"\r\n.test' }, 401, 'Bearer realm="*.a.test"'],
  ];
  for (const [name, requestHeaders, changes, status, challenge] of cases) {
    const request = context({ requestHeaders: [...requestHeaders] });
    const answer = await filter(changes).onRequest(request);
    assert.deepEqual([answer?.status, answer?.headers], [status, ['www-authenticate', challenge]], name);
    assert.deepEqual([answer?.body, answer?.error], ['', 'http_request_denied']);
    assert.deepEqual(request.requestHeaders, requestHeaders);
  }
});
