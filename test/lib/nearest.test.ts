import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, nearest } from '../../src/lib/nearest.ts';

const KNOWN = ['manifests', 'http', 'https', 'admin', 'run'];

const CASES: readonly { word: string; found: string | undefined }[] = [
  { word: 'manifest', found: 'manifests' },
  { word: 'MANIFESTS', found: 'manifests' },
  { word: 'htps', found: 'https' },
  { word: 'rnu', found: 'run' },
  { word: 'adm', found: undefined },
  { word: 'something else', found: undefined },
  { word: '', found: undefined },
];

for (const { word, found } of CASES) {
  test(`nearest() finds ${found ?? 'nothing'} for ${JSON.stringify(word)}`, () => {
    assert.equal(nearest(word, KNOWN), found);
  });
}

test('nearest() takes the first of equally near words', () => {
  assert.equal(nearest('http1', ['http2', 'http3']), 'http2');
});

test('nearest() bounds its work on a long word', () => {
  assert.equal(nearest('x'.repeat(1_000_000), KNOWN), undefined);
});

test('didYouMean() is a phrase, or nothing', () => {
  assert.equal(didYouMean('amdin', KNOWN), '; did you mean "admin"?');
  assert.equal(
    didYouMean('amdin', KNOWN, (name) => `--${name}`),
    '; did you mean --admin?',
  );
  assert.equal(didYouMean('zzz', KNOWN), '');
});
