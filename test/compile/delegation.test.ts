import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delegationConditions, isDelegated } from '../../src/compile/delegation.ts';
import { MemoryView } from './memory-view.ts';
import { delegation } from './test-objects.ts';

const question = { secretNamespace: 'certs', secretName: 'tls', toNamespace: 'shop' };

test('isDelegated() allows what a delegation beside the Secret lists', () => {
  const cases = [
    { name: 'namespace listed', targets: ['blog', 'shop'], expected: true },
    { name: '* alone', targets: ['*'], expected: true },
    { name: '* beside others is no wildcard', targets: ['*', 'blog'], expected: false },
    { name: '* beside the namespace', targets: ['*', 'shop'], expected: true },
    { name: 'other namespace', targets: ['blog'], expected: false },
    { name: 'nobody', targets: [], expected: false },
  ];
  for (const { name, targets, expected } of cases) {
    const view = new MemoryView([delegation('certs', [{ secretName: 'tls', targetNamespaces: targets }])]);
    assert.equal(isDelegated(view, question), expected, name);
  }
});

test('isDelegated() asks for the very Secret in its own namespace', () => {
  const other = delegation('certs', [{ secretName: 'other', targetNamespaces: ['shop'] }]);
  const elsewhere = delegation('blog', [{ secretName: 'tls', targetNamespaces: ['shop'] }]);
  assert.equal(isDelegated(new MemoryView([other, elsewhere]), question), false);
});

test('isDelegated() needs no delegation within one namespace', () => {
  const view = new MemoryView([]);
  assert.equal(isDelegated(view, { ...question, toNamespace: 'certs' }), true);
  assert.deepEqual(view.reads, []);
});

test('delegationConditions() says Valid, with a warning for * beside other names', () => {
  const object = delegation('certs', [
    { secretName: 'a', targetNamespaces: ['*'] },
    { secretName: 'b', targetNamespaces: ['*', 'shop'] },
  ]);
  assert.deepEqual(delegationConditions(object), [
    {
      type: 'Valid',
      status: 'True',
      reason: 'Valid',
      message: 'Valid TLSCertificateDelegation',
      observedGeneration: 3,
      errors: [],
      warnings: [
        {
          type: 'SpecError',
          status: 'True',
          reason: 'IgnoredField',
          message:
            'spec.delegations[1].targetNamespaces: "*" counts only alone; remove it or the other names',
        },
      ],
    },
  ]);
});

test('delegationConditions() says what is missing', () => {
  const cases = [
    { delegations: [], fault: /^spec\.delegations: / },
    { delegations: [{ targetNamespaces: ['a'] }], fault: /^spec\.delegations\[0\]\.secretName: / },
    {
      delegations: [{ secretName: 'a', targetNamespaces: [] }],
      fault: /^spec\.delegations\[0\]\.targetNamespaces: /,
    },
  ];
  for (const { delegations, fault } of cases) {
    const [condition] = delegationConditions(delegation('certs', delegations));
    assert.equal(condition?.status, 'False');
    assert.equal(condition?.reason, 'ErrorPresent');
    assert.match(condition?.errors?.[0]?.message ?? '', fault);
  }
});
