import { groupVersionOf } from './discovery.ts';
import type { ApiResource } from './resources.ts';

/** `/openapi/v3`: which parts have a document; those with a schema of ours, for `kubectl explain`. */
export function openApiIndex(resources: readonly ApiResource[]) {
  const paths = resources.filter(({ schema }) => schema !== null).map((one) => `apis/${groupVersionOf(one)}`);
  return {
    paths: Object.fromEntries(
      [...new Set(paths)].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }]),
    ),
  };
}

/** `/openapi/v3/apis/<group>/<version>`, or null: no kind of it has a schema of ours. */
export function openApiDocument(groupVersion: string, resources: readonly ApiResource[]) {
  const own = resources.filter((one) => one.schema !== null && groupVersionOf(one) === groupVersion);
  if (own.length === 0) return null;
  return {
    openapi: '3.0.0',
    info: { title: 'Sluice', version: groupVersion },
    paths: Object.fromEntries(own.map((one) => [pathOf(one), { get: operationOf(one) }])),
    components: {
      schemas: Object.fromEntries(
        own.map((one) => [
          schemaName(one),
          { ...one.schema, 'x-kubernetes-group-version-kind': [kindOf(one)] },
        ]),
      ),
    },
  };
}

function pathOf(resource: ApiResource): string {
  return `/apis/${groupVersionOf(resource)}/namespaces/{namespace}/${resource.plural}/{name}`;
}

function operationOf(resource: ApiResource) {
  const schema = { $ref: `#/components/schemas/${schemaName(resource)}` };
  return {
    description: `read the ${resource.kind}`,
    responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } },
    'x-kubernetes-action': 'get',
    'x-kubernetes-group-version-kind': kindOf(resource),
  };
}

function schemaName({ group, version, kind }: ApiResource): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

function kindOf({ group, version, kind }: ApiResource) {
  return { group, version, kind };
}
