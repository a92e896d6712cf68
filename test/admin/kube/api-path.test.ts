import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiPath, parseApiPath } from '../../../src/admin/kube/api-path.ts';

const V1 = { kind: 'objects', group: '', version: 'v1' } as const;
const PROXIES = {
  kind: 'objects',
  group: 'projectcontour.io',
  version: 'v1',
  resource: 'httpproxies',
} as const;

const CASES: readonly (readonly [path: string, parsed: ApiPath | null])[] = [
  ['/api', { kind: 'core-versions' }],
  ['/api/', { kind: 'core-versions' }],
  ['/apis', { kind: 'groups' }],
  ['/apis/projectcontour.io', { kind: 'group', group: 'projectcontour.io' }],
  ['/api/v1', { kind: 'resources', group: '', version: 'v1' }],
  ['/apis/projectcontour.io/v1', { kind: 'resources', group: 'projectcontour.io', version: 'v1' }],
  ['/api/v1/services', { ...V1, resource: 'services', namespace: null, name: null }],
  ['/api/v1/namespaces', { ...V1, resource: 'namespaces', namespace: null, name: null }],
  ['/api/v1/namespaces/shop', { ...V1, resource: 'namespaces', namespace: null, name: 'shop' }],
  ['/api/v1/namespaces/shop/services', { ...V1, resource: 'services', namespace: 'shop', name: null }],
  ['/api/v1/namespaces/shop/services/web', { ...V1, resource: 'services', namespace: 'shop', name: 'web' }],
  ['/apis/projectcontour.io/v1/httpproxies', { ...PROXIES, namespace: null, name: null }],
  [
    '/apis/projectcontour.io/v1/namespaces/shop/httpproxies/web',
    { ...PROXIES, namespace: 'shop', name: 'web' },
  ],
  ['/api/v1/namespaces/shop/services/web/status', null],
  ['/api/v1/services/web/status', null],
  ['/api/v1//services', null],
  ['/healthz', null],
];

for (const [path, parsed] of CASES) {
  test(`parseApiPath() reads ${path} as ${parsed?.kind ?? 'nothing'}`, () => {
    assert.deepEqual(parseApiPath(path), parsed);
  });
}
