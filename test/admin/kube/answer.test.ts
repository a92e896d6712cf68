import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerApi } from '../../../src/admin/kube/answer.ts';
import { apiResources } from '../../../src/admin/kube/resources.ts';
import { loadCrdSchemas } from '../../../src/resources/crd-schemas.ts';
import { fakeGateway, KEY_TEXT, NOW_MS } from '../fake-gateway.ts';

const CONTEXT = { resources: apiResources(loadCrdSchemas()), view: fakeGateway(), nowMs: NOW_MS };
const PROXIES = '/apis/projectcontour.io/v1/httpproxies';
const WEB = '/apis/projectcontour.io/v1/namespaces/shop/httpproxies/web';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const METADATA = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';

interface Body {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly items: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
  readonly status: unknown;
  readonly message: string;
  readonly details: unknown;
}

function ask(target: string, accept?: string): { readonly code: number; readonly body: Body } {
  const [path = '', query = ''] = target.split('?');
  const { code, body } = answerApi({ path, query: new URLSearchParams(query), accept }, CONTEXT);
  return { code, body: body as Body };
}

function namesAt(target: string): readonly string[] {
  return ask(target).body.items.map(({ metadata }) => metadata.name);
}

for (const [path, kind] of [
  ['/api', 'APIVersions'],
  ['/apis', 'APIGroupList'],
  ['/apis/projectcontour.io', 'APIGroup'],
  ['/api/v1', 'APIResourceList'],
  ['/apis/projectcontour.io/v1alpha1', 'APIResourceList'],
  [PROXIES, 'HTTPProxyList'],
  [WEB, 'HTTPProxy'],
] as const) {
  test(`answerApi() answers ${path} with ${kind}`, () => {
    const { code, body } = ask(path);
    assert.deepEqual([code, body.kind], [200, kind]);
  });
}

test('answerApi() lists all namespaces or one, with status', () => {
  const { body } = ask(PROXIES);
  assert.deepEqual(body.metadata, { resourceVersion: '7' });
  assert.deepEqual(namesAt(PROXIES), ['web', 'api']);
  assert.deepEqual(namesAt('/apis/projectcontour.io/v1/namespaces/team/httpproxies'), ['api']);
  assert.deepEqual(namesAt('/apis/projectcontour.io/v1/namespaces/none/httpproxies'), []);
  assert.equal((ask(WEB).body.status as { currentStatus: string }).currentStatus, 'valid');
});

test('answerApi() selects by labels and fields', () => {
  assert.deepEqual(namesAt(`${PROXIES}?labelSelector=app%3Dapi`), ['api']);
  assert.deepEqual(namesAt(`${PROXIES}?fieldSelector=metadata.name%3Dweb`), ['web']);
  assert.deepEqual(namesAt(`${PROXIES}?labelSelector=app&fieldSelector=metadata.namespace!%3Dshop`), ['api']);
});

test('answerApi() pages by limit', () => {
  const { body } = ask(`${PROXIES}?limit=1`);
  assert.equal(body.items.length, 1);
  assert.deepEqual(namesAt(`${PROXIES}?limit=1&continue=${body.metadata.continue}`), ['api']);
});

test('answerApi() answers a table of a list and of one object', () => {
  assert.deepEqual(
    ask(PROXIES, TABLE).body.rows.map(({ cells }) => cells.slice(0, 4)),
    [
      ['web', 'shop.test', 'shop-tls', 'valid'],
      ['api', null, null, 'orphaned'],
    ],
  );
  assert.equal(ask(WEB, TABLE).body.rows.length, 1);
});

test('answerApi() answers metadata alone', () => {
  assert.deepEqual(Object.keys(ask(WEB, METADATA).body), ['kind', 'apiVersion', 'metadata']);
  const list = ask(PROXIES, METADATA).body;
  assert.deepEqual([list.kind, list.items[0]?.kind], ['PartialObjectMetadataList', 'PartialObjectMetadata']);
});

for (const accept of [undefined, TABLE, METADATA]) {
  for (const path of ['/api/v1/secrets', '/api/v1/namespaces/shop/secrets/shop-tls']) {
    test(`answerApi() shows no value of a Secret at ${path} as ${accept}`, () => {
      const text = JSON.stringify([ask(path, accept), ask(`${path}?includeObject=Object`, accept)]);
      assert.ok(text.includes('shop-tls'));
      assert.ok(!text.includes(KEY_TEXT) && !text.includes(btoa(KEY_TEXT)));
    });
  }
}

test('answerApi() says which object is not there', () => {
  const { code, body } = ask('/apis/projectcontour.io/v1/namespaces/shop/httpproxies/nope');
  assert.equal(code, 404);
  assert.equal(body.message, 'httpproxies.projectcontour.io "nope" not found');
  assert.deepEqual(body.details, { name: 'nope', group: 'projectcontour.io', kind: 'httpproxies' });
  assert.equal(ask('/api/v1/namespaces/shop/services/nope').body.message, 'services "nope" not found');
});

for (const path of [
  '/api/v2',
  '/apis/apps',
  '/apis/apps/v1/deployments',
  '/api/v1/pods',
  '/apis/projectcontour.io/v1/extensionservices',
  '/apis/projectcontour.io/v1/httpproxies/web',
  '/api/v1/namespaces/shop/namespaces',
  `${WEB}/status`,
]) {
  test(`answerApi() finds nothing at ${path}`, () => {
    const { code, body } = ask(path);
    assert.deepEqual([code, body.kind], [404, 'Status']);
  });
}

for (const [query, code] of [
  ['watch=true', 405],
  ['watch=1', 405],
  ['watch=false', 200],
  ['labelSelector=a%20b', 400],
  ['fieldSelector=spec.x%3D1', 400],
  ['limit=x', 400],
] as const) {
  test(`answerApi() answers a list with ${query} by ${code}`, () => {
    assert.equal(ask(`${PROXIES}?${query}`).code, code);
  });
}
