import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kind } from '../../src/resources/kinds.ts';
import { validateMetadata } from '../../src/resources/metadata.ts';
import type { FieldError } from '../../src/resources/schema.ts';

const cases: readonly { kind: Kind; metadata: unknown; errors: readonly string[] }[] = [
  { kind: 'Ingress', metadata: { name: 'a.b-c', namespace: 'team-1', creationTimestamp: null }, errors: [] },
  {
    kind: 'Ingress',
    metadata: { name: 'a', creationTimestamp: '2026-01-31T12:00:00Z', generation: 3 },
    errors: [],
  },
  { kind: 'Ingress', metadata: undefined, errors: ['metadata: Required value: add metadata with a name'] },
  { kind: 'Ingress', metadata: {}, errors: ['metadata.name: Required value: give the object a name'] },
  {
    kind: 'Ingress',
    metadata: { name: 'a/b' },
    errors: [
      'metadata.name: Invalid value: "a/b": must be letters a-z, digits, inner "-" and ".", at most 253',
    ],
  },
  {
    kind: 'Ingress',
    metadata: { name: 'a\n' },
    errors: [
      'metadata.name: Invalid value: "a\\n": must be letters a-z, digits, inner "-" and ".", at most 253',
    ],
  },
  {
    kind: 'Ingress',
    metadata: { name: 5 },
    errors: ['metadata.name: Invalid value: 5: must be letters a-z, digits, inner "-" and ".", at most 253'],
  },
  {
    kind: 'Service',
    metadata: { name: '1a' },
    errors: [
      'metadata.name: Invalid value: "1a": must be letters a-z, digits and inner "-", begin with a letter, and be at most 63 long',
    ],
  },
  {
    kind: 'Namespace',
    metadata: { name: 'a.b' },
    errors: ['metadata.name: Invalid value: "a.b": must be letters a-z, digits and inner "-", at most 63'],
  },
  {
    kind: 'Namespace',
    metadata: { name: 'a', namespace: 'b' },
    errors: ['metadata.namespace: Invalid value: "b": must be left out: Namespace is in no namespace'],
  },
  {
    kind: 'Ingress',
    metadata: { name: 'a', namespace: 'A' },
    errors: ['metadata.namespace: Invalid value: "A": must be letters a-z, digits and inner "-", at most 63'],
  },
  {
    kind: 'Ingress',
    metadata: { name: 'a', labels: { x: 1 } },
    errors: ['metadata.labels.x: Invalid value: 1: must be a string: put it in quotes'],
  },
  {
    kind: 'Ingress',
    metadata: { name: 'a', annotations: [] },
    errors: ['metadata.annotations: Invalid value: must be a map'],
  },
  {
    kind: 'Ingress',
    metadata: { name: 'a', creationTimestamp: 'now' },
    errors: ['metadata.creationTimestamp: Invalid value: "now": must be a time, as "2026-01-31T12:00:00Z"'],
  },
  {
    kind: 'Ingress',
    metadata: { name: 'a', uid: 7 },
    errors: ['metadata.uid: Invalid value: 7: must be a string'],
  },
];

for (const { kind, metadata, errors } of cases) {
  test(`validateMetadata() of ${kind} ${JSON.stringify(metadata)} says ${errors.length} errors`, () => {
    const found: FieldError[] = [];
    validateMetadata(kind, metadata, found);
    assert.deepEqual(
      found.map(({ message }) => message),
      errors,
    );
  });
}

test('validateMetadata() fills in the namespace where there is one', () => {
  assert.deepEqual(validateMetadata('Ingress', { name: 'a' }, []), { name: 'a', namespace: 'default' });
  assert.deepEqual(validateMetadata('Namespace', { name: 'a' }, []), { name: 'a' });
});
