import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type TokenRules, TokenVerifier } from '../../src/filters/token-verifier.ts';
import type { PublicKey } from '../../src/lib/public-keys.ts';
import { type TokenSigner, tokenSigner, unsignedToken } from '../support/tokens.ts';

const START_S = 1_700_000_000;
const RULES: TokenRules = { keySet: 'keys', issuer: null, audiences: [] };

/** A verifier at `START_S` with a set `keys`. */
function verifier(keys: readonly PublicKey[]) {
  const time = { ms: 0 };
  const asked: string[] = [];
  const tokens = new TokenVerifier({
    clock: { now: () => time.ms, wall: () => START_S * 1000 + time.ms },
    askKeys: (keySet) => asked.push(keySet),
  });
  const publish = (next: readonly PublicKey[]) =>
    tokens.apply({ set: [{ name: 'keys', keys: next }], remove: [] });
  publish(keys);
  return { tokens, time, asked, publish };
}

const one = await tokenSigner('one');
const two = await tokenSigner('two');
const nameless = await tokenSigner(null);
const other = await tokenSigner(null);

test('TokenVerifier.check() accepts what a key of the set signed', async () => {
  const { tokens, asked } = verifier([two.publicKey, one.publicKey]);
  for (const signer of [one, two]) assert.equal(await tokens.check(await signer.sign(), RULES), 'good');
  assert.deepEqual(asked, []);
});

test('TokenVerifier.check() remembers a good token until it expires', async () => {
  const { tokens, time, publish } = verifier([one.publicKey]);
  const token = await one.sign({ exp: START_S + 10 });
  assert.equal(await tokens.check(token, RULES), 'good');
  assert.equal(tokens.check(token, RULES), 'good', 'at once');
  assert.equal(await tokens.check(token, { ...RULES, issuer: 'x' }), 'bad', 'under other rules');
  assert.equal(await tokens.check(token, { ...RULES, audiences: ['x'] }), 'wrong-audience');
  time.ms = 69_000;
  assert.equal(tokens.check(token, RULES), 'good', 'with leeway');
  time.ms = 70_000;
  assert.equal(await tokens.check(token, RULES), 'bad');
  time.ms = 0;
  publish([two.publicKey]);
  assert.equal(await tokens.check(token, RULES), 'bad', 'after its key has gone');
});

test('TokenVerifier.check() looks again at a token that never expires', async () => {
  const { tokens, time } = verifier([one.publicKey]);
  const token = await one.sign();
  await tokens.check(token, RULES);
  time.ms = 3_600_000;
  assert.ok(tokens.check(token, RULES) instanceof Promise);
});

interface Case {
  readonly name: string;
  readonly token: (signer: TokenSigner) => Promise<string> | string;
  readonly rules?: Partial<TokenRules>;
  readonly verdict: 'good' | 'bad' | 'wrong-audience';
}

const hmac = (key: string) => {
  const signed = unsignedToken({ sub: 'x' }, { alg: 'HS256', kid: 'one' }).slice(0, -1);
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
};

const CASES: readonly Case[] = [
  { name: 'no token', token: () => '', verdict: 'bad' },
  { name: 'no JWT', token: () => 'a.b', verdict: 'bad' },
  { name: 'bytes that are no text', token: () => '\xff\0.\xff.\xff', verdict: 'bad' },
  { name: 'a huge token', token: (s) => s.sign({ sub: 'x'.repeat(20_000) }), verdict: 'bad' },
  { name: 'no signature', token: () => unsignedToken({ sub: 'x' }), verdict: 'bad' },
  {
    name: 'no signature, badly hidden',
    token: () => unsignedToken({}, { alg: 'NoNe', kid: 'one' }),
    verdict: 'bad',
  },
  { name: 'a signature cut off', token: async (s) => (await s.sign()).replace(/[^.]*$/, ''), verdict: 'bad' },
  { name: 'a MAC by the public key in PEM', token: (s) => hmac(s.publicPem), verdict: 'bad' },
  { name: 'a MAC by a member of the public key', token: (s) => hmac(s.publicKey.x ?? ''), verdict: 'bad' },
  {
    name: 'a key of another provider under our name',
    token: () => tokenSigner('one').then((s) => s.sign()),
    verdict: 'bad',
  },
  {
    name: 'its own key in its header',
    token: () => tokenSigner('new').then((s) => s.sign({}, { jwk: s.publicKey as never })),
    verdict: 'bad',
  },
  { name: 'an unknown key', token: () => two.sign(), verdict: 'bad' },
  {
    name: 'a changed payload',
    token: async (s) =>
      (await s.sign({ sub: 'a' })).replace(
        /\.[^.]+\./,
        `.${Buffer.from('{"sub":"b"}').toString('base64url')}.`,
      ),
    verdict: 'bad',
  },
  { name: 'an expired token', token: (s) => s.sign({ exp: START_S - 60 }), verdict: 'bad' },
  {
    name: 'a token that expired within the leeway',
    token: (s) => s.sign({ exp: START_S - 59 }),
    verdict: 'good',
  },
  { name: 'a token of the future', token: (s) => s.sign({ nbf: START_S + 61 }), verdict: 'bad' },
  { name: 'a token of the near future', token: (s) => s.sign({ nbf: START_S + 60 }), verdict: 'good' },
  {
    name: 'a date that is none',
    token: (s) => s.sign({ exp: 'never' as never }).catch(() => ''),
    verdict: 'bad',
  },
  { name: 'the issuer', token: (s) => s.sign({ iss: 'a' }), rules: { issuer: 'a' }, verdict: 'good' },
  { name: 'another issuer', token: (s) => s.sign({ iss: 'b' }), rules: { issuer: 'a' }, verdict: 'bad' },
  { name: 'no issuer', token: (s) => s.sign(), rules: { issuer: 'a' }, verdict: 'bad' },
  {
    name: 'one of the audiences',
    token: (s) => s.sign({ aud: ['x', 'b'] }),
    rules: { audiences: ['a', 'b'] },
    verdict: 'good',
  },
  {
    name: 'another audience',
    token: (s) => s.sign({ aud: 'c' }),
    rules: { audiences: ['a', 'b'] },
    verdict: 'wrong-audience',
  },
  { name: 'no audience', token: (s) => s.sign(), rules: { audiences: ['a'] }, verdict: 'wrong-audience' },
  {
    name: 'another audience, forged',
    token: () => two.sign({ aud: 'c' }, { kid: 'one' }),
    rules: { audiences: ['a'] },
    verdict: 'bad',
  },
];

for (const { name, token, rules, verdict } of CASES) {
  test(`TokenVerifier.check() judges: ${name}`, async () => {
    const { tokens } = verifier([one.publicKey]);
    assert.equal(await tokens.check(await token(one), { ...RULES, ...rules }), verdict);
  });
}

test('TokenVerifier.check() tries keys for tokens and keys without a name', async () => {
  const { tokens } = verifier([other.publicKey, one.publicKey, nameless.publicKey]);
  assert.equal(await tokens.check(await nameless.sign(), RULES), 'good', 'both without');
  assert.equal(await tokens.check(await nameless.sign({}, { kid: 'x' }), RULES), 'good', 'the key without');
  assert.equal(
    await tokens.check(await one.sign({}, { kid: undefined } as never), RULES),
    'good',
    'the token without',
  );
  assert.equal(await tokens.check(await two.sign({}, { kid: undefined } as never), RULES), 'bad');
  assert.equal(
    await tokens.check(await nameless.sign({ aud: 'x' }), { ...RULES, audiences: ['a'] }),
    'wrong-audience',
  );
});

test('TokenVerifier.check() tries few keys', async () => {
  const many = await Promise.all(Array.from({ length: 5 }, () => tokenSigner(null)));
  const { tokens } = verifier(many.map(({ publicKey }) => publicKey));
  const verdicts = await Promise.all(many.map(async (signer) => tokens.check(await signer.sign(), RULES)));
  assert.deepEqual(verdicts, ['good', 'good', 'good', 'good', 'bad']);
});

test('TokenVerifier.check() refuses all while keys are not known, none, or broken', async () => {
  const token = await one.sign();
  const { tokens, publish } = verifier([]);
  assert.equal(await tokens.check(token, RULES), 'bad');
  assert.equal(tokens.check(token, { ...RULES, keySet: 'unknown' }), 'bad');
  publish([{ ...one.publicKey, x: 'AAAA' }]);
  assert.equal(await tokens.check(token, RULES), 'bad');
  publish([{ ...one.publicKey, use: 'enc' }]);
  assert.equal(await tokens.check(token, RULES), 'bad');
  publish([one.publicKey]);
  assert.equal(await tokens.check(token, RULES), 'good');
  tokens.apply({ set: [], remove: ['keys'] });
  assert.equal(tokens.check(token, RULES), 'bad');
});

test('TokenVerifier.check() asks for newer keys at most each half minute, and for new keys anew', async () => {
  const { tokens, time, asked, publish } = verifier([one.publicKey]);
  for (let i = 0; i < 5; i++) await tokens.check(await two.sign({ i }), RULES);
  assert.deepEqual(asked, ['keys']);
  time.ms = 30_000;
  await tokens.check(await two.sign(), RULES);
  assert.equal(asked.length, 2);
  await tokens.check(await one.sign({ exp: 1 }), RULES);
  await tokens.check('x', RULES);
  assert.equal(asked.length, 2, 'not for other mistakes');
  publish([two.publicKey]);
  assert.equal(await tokens.check(await two.sign(), RULES), 'good');
});
