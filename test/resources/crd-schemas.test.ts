import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUILTIN_SCHEMAS } from '../../src/resources/builtin-schemas.ts';
import { loadCrdSchemas } from '../../src/resources/crd-schemas.ts';
import type { Schema } from '../../src/resources/schema.ts';
import { rulesOf, SCHEMA_RULES } from '../../src/resources/schema-rules.ts';

const crds = loadCrdSchemas();

function* partsOf(schema: Schema, path = ''): Generator<readonly [string, Schema]> {
  yield [path, schema];
  for (const [name, part] of Object.entries(schema.properties ?? {})) yield* partsOf(part, `${path}.${name}`);
  if (schema.items !== undefined) yield* partsOf(schema.items, `${path}[]`);
  if (schema.additionalProperties !== undefined) yield* partsOf(schema.additionalProperties, `${path}{}`);
}

test('loadCrdSchemas() finds the three kinds with their names', () => {
  assert.deepEqual(
    crds.map(({ apiVersion, plural, shortNames }) => ({ apiVersion, plural, shortNames })),
    [
      {
        apiVersion: 'projectcontour.io/v1alpha1',
        plural: 'extensionservices',
        shortNames: ['extensionservice'],
      },
      { apiVersion: 'projectcontour.io/v1', plural: 'httpproxies', shortNames: ['proxy', 'proxies'] },
      { apiVersion: 'projectcontour.io/v1', plural: 'tlscertificatedelegations', shortNames: ['tlscerts'] },
    ],
  );
});

test('loadCrdSchemas() tells the columns of kubectl get', () => {
  const columns = crds.find(({ kind }) => kind === 'HTTPProxy')?.printerColumns ?? [];
  assert.deepEqual(
    columns.map(({ name, jsonPath }) => [name, jsonPath]),
    [
      ['FQDN', '.spec.virtualhost.fqdn'],
      ['TLS Secret', '.spec.virtualhost.tls.secretName'],
      ['Status', '.status.currentStatus'],
      ['Status Description', '.status.description'],
    ],
  );
});

test('crds/ describes every field, because the descriptions are the manual', () => {
  for (const { kind, schema } of crds) {
    for (const [path, part] of partsOf(schema)) {
      if (path === '.metadata' || path.endsWith(']') || path.endsWith('}')) continue;
      assert.ok(part.description !== undefined && part.description !== '', `${kind}${path}`);
    }
  }
});

test('crds/ keeps conditions as a map by type', () => {
  for (const { kind, schema } of crds) {
    const conditions = schema.properties?.status?.properties?.conditions;
    assert.equal(conditions?.['x-kubernetes-list-type'], 'map', kind);
    assert.deepEqual(conditions?.['x-kubernetes-list-map-keys'], ['type'], kind);
  }
});

test('SCHEMA_RULES has a function for every rule of the schemas, and no others', () => {
  const schemas = [...crds.map(({ schema }) => schema), ...Object.values(BUILTIN_SCHEMAS)];
  assert.deepEqual(Object.keys(SCHEMA_RULES).sort(), [...new Set(schemas.flatMap(rulesOf))].sort());
});
