import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHostTemplate, parseTemplate } from '../../../src/compile/policies/header-template.ts';

const NOWHERE = { namespace: null, serviceName: null, servicePort: null };
const SERVICE = { namespace: 'ns', serviceName: 'web', servicePort: 80 };
const text = (value: string) => ({ kind: 'text', text: value });

test('parseTemplate() keeps every percent sign that is no variable', () => {
  for (const value of ['100%', '%', '%%', '%UNKNOWN%', 'a%b%c', '%REQ()%', '%REQ(a b)%', '%DOWNSTREAM_%']) {
    assert.deepEqual(parseTemplate(value, NOWHERE), [text(value)], value);
  }
  assert.deepEqual(parseTemplate('', NOWHERE), []);
});

test('parseTemplate() finds variables', () => {
  const cases: [string, unknown[]][] = [
    ['%PROTOCOL%', [{ kind: 'variable', name: 'PROTOCOL' }]],
    ['%UNKNOWN%PROTOCOL%', [text('%UNKNOWN'), { kind: 'variable', name: 'PROTOCOL' }]],
    ['a%HOSTNAME%b', [text('a'), { kind: 'variable', name: 'HOSTNAME' }, text('b')]],
    ['%REQ(Missing)%ook', [{ kind: 'request-header', names: ['missing'], maxLength: 0 }, text('ook')]],
    ['%REQ(:path?X-Path):8%', [{ kind: 'request-header', names: [':path', 'x-path'], maxLength: 8 }]],
    ['%TLS_JA4_FINGERPRINT%', [{ kind: 'variable', name: 'TLS_JA4_FINGERPRINT' }]],
  ];
  for (const [value, parts] of cases) assert.deepEqual(parseTemplate(value, NOWHERE), parts, value);
});

test('parseTemplate() replaces what is known while compiling, and leaves it literal elsewhere', () => {
  const value = '%CONTOUR_NAMESPACE%/%CONTOUR_SERVICE_NAME%:%CONTOUR_SERVICE_PORT%';
  assert.deepEqual(parseTemplate(value, SERVICE), [text('ns/web:80')]);
  assert.deepEqual(parseTemplate(value, NOWHERE), [text(value)]);
});

test('parseTemplate() loses nothing of texts without variables', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('%', 'a', 'REQ', '(', ')') }), (value) => {
      const parts = parseTemplate(value, NOWHERE);
      const written = parts.map((part) => (part.kind === 'text' ? part.text : null));
      if (!written.includes(null)) assert.equal(written.join(''), value);
    }),
    { seed: 1 },
  );
});

test('parseHostTemplate() takes a header only in its one form', () => {
  assert.deepEqual(parseHostTemplate('%REQ(X-Host)%'), [
    { kind: 'request-header', names: ['x-host'], maxLength: 0 },
  ]);
  for (const value of ['a.example', '%REQ(X-Host)%.example', '%HOSTNAME%', '%REQ(a?b)%']) {
    assert.deepEqual(parseHostTemplate(value), [text(value)], value);
  }
});
