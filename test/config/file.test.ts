import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDraft } from '../../src/config/draft.ts';
import { applyConfigFile } from '../../src/config/file.ts';

function apply(text: string) {
  const draft = newDraft();
  return { draft, ...applyConfigFile(draft, { name: 'sluice.yaml', text }) };
}

test('applyConfigFile() reads sections, top-level keys and the names of flags', () => {
  const { draft, errors, warnings } = apply(`
network: { numTrustedHops: 1 }
timeouts:
  requestTimeout: 10s
disableMergeSlashes: true
ingressClass: [contour]
manifests: /etc/sluice/manifests
accessLog: off
policy:
  requestHeaders:
    set: { X-From: sluice }
cluster:
`);
  assert.deepEqual({ errors, warnings }, { errors: [], warnings: [] });
  assert.equal(draft.settings.trustedHops, 1);
  assert.equal(draft.settings.requestTimeoutMs, 10_000);
  assert.equal(draft.settings.mergeSlashes, false);
  assert.deepEqual(draft.compile.ingressClasses, ['contour']);
  assert.deepEqual(draft.static.manifests, ['/etc/sluice/manifests']);
  assert.deepEqual(draft.static.accessLog, { kind: 'off' });
  assert.deepEqual(draft.compile.requestHeaders.set, { 'x-from': 'sluice' });
});

test('applyConfigFile() takes an empty file', () => {
  for (const text of ['', '# nothing\n', '---\n']) assert.deepEqual(apply(text).errors, []);
});

const ERRORS: readonly { name: string; text: string; error: string | RegExp }[] = [
  {
    name: 'an unknown key, with the nearest of its section',
    text: 'timeouts:\n  requestTimeuot: 5s\n',
    error: 'sluice.yaml:2: unknown key timeouts.requestTimeuot; did you mean timeouts.requestTimeout?',
  },
  {
    name: 'a key in the spelling of Contour',
    text: 'network:\n  num-trusted-hops: 1\n',
    error: 'sluice.yaml:2: unknown key network.num-trusted-hops; did you mean network.numTrustedHops?',
  },
  {
    name: 'a key of another section',
    text: 'requestTimeout: 5s\n',
    error: 'sluice.yaml:1: unknown key requestTimeout; did you mean timeouts.requestTimeout?',
  },
  {
    name: 'a misspelt section',
    text: 'timeout:\n  requestTimeout: 5s\n',
    error: 'sluice.yaml:1: unknown key timeout; did you mean timeouts?',
  },
  {
    name: 'a key that resembles nothing',
    text: '__proto__: 1\n',
    error: 'sluice.yaml:1: unknown key __proto__',
  },
  {
    name: 'a bad value',
    text: 'workers: many\n',
    error: 'sluice.yaml:1: workers must be a whole number from 1 to 256',
  },
  {
    name: 'a section that is no mapping',
    text: 'timeouts: [5s]\n',
    error: 'sluice.yaml:1: timeouts must be a mapping of keys to values',
  },
  {
    name: 'a file that is no mapping',
    text: '- a\n',
    error: 'sluice.yaml:1: the file must be a mapping of keys to values',
  },
  {
    name: 'a key given twice',
    text: 'workers: 1\nworkers: 2\n',
    error: /^sluice.yaml:2: Map keys must be unique/,
  },
  { name: 'what is no YAML', text: 'a: [1\n', error: /^sluice.yaml:\d: / },
  { name: 'an alias to nothing', text: 'state: *x\n', error: /^sluice.yaml:1: / },
  {
    name: 'a guard that is not there yet',
    text: 'globalExtAuth: { extensionService: a/b }\n',
    error: /^sluice.yaml:1: globalExtAuth is not in this release/,
  },
];

for (const { name, text, error } of ERRORS) {
  test(`applyConfigFile() reports ${name}`, () => {
    const { errors } = apply(text);
    assert.equal(errors.length, 1, errors.join('\n'));
    if (typeof error === 'string') assert.equal(errors[0], error);
    else assert.match(errors[0] ?? '', error);
  });
}

test('applyConfigFile() warns of keys without effect', () => {
  const { errors, warnings } = apply('network:\n  adminPort: 9001\nfeatureFlags: [x]\n');
  assert.deepEqual(errors, []);
  assert.deepEqual(warnings, [
    'sluice.yaml:2: network.adminPort has no effect: use admin, with address and port',
    'sluice.yaml:3: featureFlags has no effect in Sluice',
  ]);
});
