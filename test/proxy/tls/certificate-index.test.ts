import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogFields } from '../../../src/lib/logger.ts';
import { silentLogger } from '../../../src/lib/logger.ts';
import { CertificateIndex } from '../../../src/proxy/tls/certificate-index.ts';
import { SecretText } from '../../../src/snapshot/snapshot.ts';
import { issue, policy } from './fixture.ts';

test('CertificateIndex.policyOf() takes the exact name, then a wildcard of one label, then the catch-all', () => {
  const index = new CertificateIndex(silentLogger);
  const exact = policy('exact');
  const wildcard = policy('wildcard');
  const all = policy('all');
  const hosts = new Map([
    ['a.w.test', exact],
    ['*.w.test', wildcard],
  ]);
  index.setHosts(hosts);
  assert.equal(index.policyOf('a.w.test'), exact);
  assert.equal(index.policyOf('b.w.test'), wildcard);
  for (const host of ['w.test', 'x.b.w.test', 'test', '', '.w.test', 'unknown']) {
    assert.equal(index.policyOf(host), null, host);
  }
  index.setHosts(new Map([...hosts, ['*', all]]));
  assert.equal(index.policyOf('w.test'), all);
  assert.equal(index.policyOf('a.w.test'), exact);
});

test('CertificateIndex.certificate() loads once and anew after a change', async () => {
  const index = new CertificateIndex(silentLogger);
  index.change({ set: [await issue('a', ['a.test'])], remove: [] });
  const first = index.certificate('a');
  assert.ok(first);
  assert.equal(index.certificate('a'), first);
  index.change({ set: [await issue('a', ['a.test'])], remove: [] });
  assert.notEqual(index.certificate('a'), first);
  index.change({ set: [], remove: ['a'] });
  assert.equal(index.certificate('a'), null);
  assert.equal(index.covers('a', 'a.test'), false);
});

test('CertificateIndex.certificate() reports a broken one once, without its key, and keeps the one before', async () => {
  const lines: [string, LogFields | undefined][] = [];
  const index = new CertificateIndex({
    ...silentLogger,
    error: (text, fields) => lines.push([text, fields]),
  });
  const good = await issue('a', ['a.test']);
  const other = await issue('b', ['b.test']);
  const broken = [
    { ...good, chain: '' },
    { ...good, chain: 'nonsense' },
    { ...good, key: new SecretText('') },
    { ...good, key: new SecretText('nonsense') },
    { ...good, key: other.key },
  ];
  for (const certificate of broken) {
    index.change({ set: [certificate], remove: ['a'] });
    assert.equal(index.certificate('a'), null);
    index.change({ set: [good], remove: [] });
    const loaded = index.certificate('a');
    assert.ok(loaded);
    lines.length = 0;
    index.change({ set: [certificate], remove: [] });
    assert.equal(index.certificate('a'), loaded);
    assert.equal(index.certificate('a'), loaded);
    assert.equal(lines.length, 1);
    assert.match(lines[0]?.[0] ?? '', /"a": the one before stays in use/);
    assert.doesNotMatch(JSON.stringify(lines), /PRIVATE KEY|nonsense/);
  }
});
