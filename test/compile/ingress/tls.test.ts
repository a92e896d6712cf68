import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingressTls } from '../../../src/compile/ingress/tls.ts';
import { MemoryView, type TestObject } from '../memory-view.ts';
import { makeCertificate, tlsSecret } from '../test-certificates.ts';
import { delegation, ingress } from '../test-objects.ts';
import { entryOf, told } from './entries.ts';

const A = 'a.example';
const leaf = await makeCertificate({ dnsNames: [A] });
const DATA = { 'tls.crt': leaf.certPem, 'tls.key': leaf.keyPem };
const SECRETS = [
  tlsSecret('ns/good', DATA),
  tlsSecret('ns/other', DATA),
  tlsSecret('ns/bad', { 'tls.crt': 'x' }),
];
const POLICY = { certificate: 'ns/good', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', clients: null };

/** An entry with one TLS section for each text `secret: host host`. */
function entry(name: string, sections: readonly string[], annotations: Record<string, string> = {}) {
  const tls = sections.map((section) => {
    const [secretName = '', ...hosts] = section.split(/:? /);
    return { secretName, hosts };
  });
  return entryOf(ingress(name, { annotations, spec: { tls } }));
}

const choose = (
  entries: Parameters<typeof ingressTls>[2],
  host = A,
  objects: readonly TestObject[] = SECRETS,
) => ingressTls(new MemoryView(objects), host, entries);

test('ingressTls() takes the first usable section that names the host, in any case of letters', () => {
  const one = entry('ns/i', [
    'other: b.example',
    'bad: a.example',
    'good: x.example A.Example',
    'good: a.example',
  ]);
  assert.deepEqual(choose([one]), POLICY);
  assert.deepEqual(told(one), ['error SecretNotValid spec.tls[1].secretName']);
});

test('ingressTls() compares names as texts, and serves no catch-all', () => {
  const wild = entry('ns/i', ['good: *.example *']);
  assert.equal(choose([wild]), null);
  assert.deepEqual(choose([wild], '*.example'), POLICY);
  assert.equal(choose([wild], '*'), null);
});

test('ingressTls() gives null, and says why, where no Secret can be used', () => {
  for (const name of ['bad', 'missing', '']) {
    const one = entry('ns/i', [`${name}: a.example`]);
    assert.equal(choose([one]), null, name);
    assert.match(one.report.problems[0]?.message ?? '', /a\.example is served on plain HTTP only/, name);
  }
});

test('ingressTls() lets the oldest Ingress with a usable section win and tells others that differ', () => {
  const broken = entry('ns/oldest', ['bad: a.example']);
  const first = entry('ns/first', ['good: a.example']);
  const same = entry('ns/same', ['good: a.example']);
  const differs = entry('ns/differs', ['other: a.example']);
  assert.deepEqual(choose([broken, first, same, differs]), POLICY);
  assert.deepEqual([first, same, differs].map(told), [[], [], ['warning DuplicateTLS spec.tls[0]']]);
  assert.match(differs.report.problems[0]?.message ?? '', /from Ingress ns\/first, which comes first/);
});

test('ingressTls() passes over an Ingress whose versions leave none', () => {
  const annotations = {
    'projectcontour.io/tls-minimum-protocol-version': '1.3',
    'projectcontour.io/tls-maximum-protocol-version': '1.2',
  };
  const none = entry('ns/none', ['other: a.example'], annotations);
  assert.equal(choose([none]), null);
  assert.deepEqual(choose([none, entry('ns/i', ['good: a.example'])]), POLICY);
});

test('ingressTls() takes a Secret of another namespace only when it is delegated', () => {
  const annotations = { 'projectcontour.io/tls-cert-namespace': 'ns' };
  const refused = entry('team/i', ['good: a.example'], annotations);
  assert.equal(choose([refused]), null);
  assert.deepEqual(told(refused), ['error DelegationNotPermitted spec.tls[0].secretName']);
  const allowed = [...SECRETS, delegation('ns', [{ secretName: 'good', targetNamespaces: ['team'] }])];
  assert.deepEqual(choose([entry('team/i', ['good: a.example'], annotations)], A, allowed), POLICY);
});

test('ingressTls() cannot be led into another namespace by the name of a Secret', () => {
  for (const name of ['ns/good', '../ns/good', 'ns/good/x']) {
    const one = entry('team/i', [`${name}: a.example`]);
    assert.equal(choose([one]), null, name);
  }
});
