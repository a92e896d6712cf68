import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckRow } from '../../src/cli/check-rows.ts';
import { checkRows } from '../../src/cli/check-rows.ts';
import { compileManifests } from '../../src/cli/compile-manifests.ts';
import { DEFAULT_COMPILE } from '../../src/config.ts';
import { manifestFolder, WEB_PROXY, WEB_SERVICE } from '../support/manifest-folder.ts';

/** State of each object among the manifests, by its name. */
async function statesOf(
  t: Parameters<typeof manifestFolder>[0],
  files: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, CheckRow>>> {
  const folder = await manifestFolder(t, files);
  const rows = checkRows(await compileManifests([folder], DEFAULT_COMPILE));
  return Object.fromEntries(
    rows.map((row) => [row.object ?? row.place?.slice(folder.length + 1) ?? '', row]),
  );
}

test('checkRows() tells valid, orphaned and ignored HTTPProxies apart', async (t) => {
  const rows = await statesOf(t, {
    'a.yaml': WEB_SERVICE,
    'b.yaml': WEB_PROXY,
    'child.yaml': WEB_PROXY.replace('name: web', 'name: child').replace(/ +virtualhost.*\n/, ''),
    'other.yaml': WEB_PROXY.replace('name: web', 'name: other').replace(
      'spec:',
      'spec:\n  ingressClassName: theirs',
    ),
  });
  assert.equal(rows['HTTPProxy shop/web']?.state, 'valid');
  assert.equal(rows['HTTPProxy shop/child']?.state, 'orphaned');
  assert.equal(rows['HTTPProxy shop/other']?.state, 'ignored');
});

test('checkRows() has an Ingress with its problems', async (t) => {
  const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  rules:
    - host: a.test
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: gone, port: { number: 80 } } } }]
`;
  const rows = await statesOf(t, { 'a.yaml': ingress });
  const row = rows['Ingress shop/web'];
  assert.equal(row?.state, 'invalid');
  assert.match(row?.messages[0]?.text ?? '', /spec\.rules\[0\]/);
});

test('checkRows() has a row for what could not be read', async (t) => {
  const rows = await statesOf(t, {
    'broken.yaml': 'a: [1\n',
    'refused.yaml': WEB_PROXY.replace('fqdn: web.test', 'fqdn: "*"'),
  });
  assert.equal(rows['HTTPProxy shop/web']?.state, 'invalid');
  const broken = Object.entries(rows).find(([name]) => name.startsWith('broken.yaml:'))?.[1];
  assert.equal(broken?.state, 'invalid');
  assert.equal(broken?.object, null);
});

test('checkRows() keeps warnings apart from errors', async (t) => {
  const rows = await statesOf(t, {
    'a.yaml': WEB_SERVICE,
    'b.yaml': WEB_PROXY.replace('spec:', 'spec:\n  nonsense: 1'),
  });
  const row = rows['HTTPProxy shop/web'];
  assert.equal(row?.state, 'valid');
  assert.deepEqual(
    row?.messages.map(({ severity }) => severity),
    ['warning'],
  );
});
