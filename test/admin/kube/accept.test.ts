import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerForm } from '../../../src/admin/kube/accept.ts';

const CASES: readonly (readonly [accept: string | undefined, as: string, version: string])[] = [
  [undefined, 'object', 'v1'],
  ['application/json', 'object', 'v1'],
  ['*/*', 'object', 'v1'],
  // As kubectl asks.
  [
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
    'Table',
    'v1',
  ],
  ['application/json; as=Table; v=v1beta1; g=meta.k8s.io', 'Table', 'v1beta1'],
  ['application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', 'PartialObjectMetadata', 'v1'],
  ['application/json,application/json;as=Table;v=v1;g=meta.k8s.io', 'object', 'v1'],
  ['application/json;as=Table;v=v2;g=meta.k8s.io,application/json', 'object', 'v1'],
  ['application/json;as=Table;v=v1;g=other', 'object', 'v1'],
  ['application/json;as=constructor;v=v1;g=meta.k8s.io', 'object', 'v1'],
  ['application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io', 'object', 'v1'],
  ['application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json', 'object', 'v1'],
];

for (const [accept, as, version] of CASES) {
  test(`answerForm() is ${as} ${version} for ${accept}`, () => {
    assert.deepEqual(answerForm(accept), { as, version });
  });
}
