import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';

const NAMES = ['one', 'two', 'three'];

/** Services `one` to `three` that tell their names, and the proxies of the test. */
async function start(t: Parameters<typeof startTestGateway>[0], ...proxies: readonly string[]) {
  const upstreams = await Promise.all(NAMES.map((name) => echoUpstream(t, name)));
  return startTestGateway(t, {
    manifests: {
      'services.yaml': documents(...NAMES.map((name, i) => service(name, [upstreams[i]?.port ?? 0]))),
      'proxies.yaml': documents(...proxies),
    },
  });
}

const to = (name: string) => `services: [{name: ${name}, port: 80}]`;

test('conditions of includes and routes are merged', async (t) => {
  const gateway = await start(
    t,
    rootProxy(
      'root',
      'web.test',
      `  includes:
    - {name: child, conditions: [{prefix: /app}, {header: {name: x-team, exact: a}}]}
    - {name: plain, conditions: [{prefix: /plain/}]}
  routes: [{${to('three')}}]`,
    ),
    httpProxy(
      'child',
      `  includes: [{name: leaf, conditions: [{prefix: /deep}, {queryParameter: {name: q, present: true}}]}]
  routes:
    - {conditions: [{exact: /foo}], ${to('one')}}
    - {conditions: [{regex: "/v[0-9]|/w"}], ${to('one')}}`,
    ),
    httpProxy('leaf', `  routes: [{conditions: [{prefix: /x}], ${to('two')}}]`),
    httpProxy('plain', `  routes: [{conditions: [{prefix: /}], ${to('two')}}]`),
  );
  const cases: readonly (readonly [path: string, team: boolean, from: string])[] = [
    ['/app/foo', true, 'one'],
    ['/app/foo', false, 'three'],
    ['/app/foo/', true, 'three'],
    ['/app/v1', true, 'one'],
    ['/app/w', true, 'one'],
    ['/w', true, 'three'],
    ['/app/deep/x?q', true, 'two'],
    ['/app/deep/xy?a=1&q=2', true, 'two'],
    ['/app/deep/x', true, 'three'],
    ['/app/deep/x?q', false, 'three'],
    ['/plain/a', false, 'two'],
    ['/plain', false, 'three'],
    ['/plainly', false, 'three'],
  ];
  for (const [path, team, from] of cases) {
    await t.test(`${path}${team ? ' with the header' : ''} gives ${from}`, async (t) => {
      const headers = team ? ['x-team: a'] : [];
      assert.equal((await ask(t, gateway.http, { host: 'web.test', path, headers })).from, from);
    });
  }
  for (const name of ['root', 'child', 'leaf', 'plain']) {
    assert.equal((await statusOf(gateway, name)).current, 'valid', name);
  }
});

test('an include without its target answers 502 at its conditions, the rest serves', async (t) => {
  const gateway = await start(
    t,
    rootProxy(
      'root',
      'web.test',
      `  includes:
    - {name: missing, conditions: [{prefix: /gone}]}
    - {name: also-missing}
    - {name: child, conditions: [{prefix: /app}, {header: {name: x, present: true}}]}
    - {name: other, conditions: [{prefix: /root}]}
  routes: [{${to('one')}}]`,
    ),
    httpProxy(
      'child',
      `  includes: [{name: nothing, conditions: [{prefix: /leaf}]}]\n  routes: [{${to('two')}}]`,
    ),
    rootProxy('other', 'other.test', `  routes: [{${to('three')}}]`),
  );
  const cases: readonly (readonly [path: string, headers: readonly string[], gives: string | number])[] = [
    ['/gone', [], 502],
    ['/gone/x', [], 502],
    ['/', [], 'one'],
    ['/app/leaf', ['x: 1'], 502],
    ['/app/leaf', [], 'one'],
    ['/app/a', ['x: 1'], 'two'],
    ['/root', [], 502],
  ];
  for (const [path, headers, gives] of cases) {
    const reply = await ask(t, gateway.http, { host: 'web.test', path, headers });
    assert.equal(reply.from || reply.status, gives, `${path} ${headers}`);
    if (gives === 502) {
      assert.equal(reply.headers.get('proxy-status'), 'sluice; error=proxy_configuration_error');
      assert.equal(reply.body, '');
    }
  }
  const status = await statusOf(gateway, 'root');
  assert.equal(status.current, 'invalid');
  assert.deepEqual(status.errors, [
    'IncludeError/IncludeNotFound',
    'IncludeError/IncludeNotFound',
    'IncludeError/RootIncludesRoot',
  ]);
  assert.deepEqual((await statusOf(gateway, 'child')).errors, ['IncludeError/IncludeNotFound']);
});

test('an include that appears later heals the host', async (t) => {
  const gateway = await start(
    t,
    rootProxy('root', 'web.test', '  includes: [{name: child, conditions: [{prefix: /app}]}]'),
  );
  const status = async () => (await ask(t, gateway.http, { host: 'web.test', path: '/app' })).status;
  assert.equal(await status(), 502);
  await gateway.write('child.yaml', httpProxy('child', `  routes: [{${to('one')}}]`));
  await gateway.until(async () => (await status()) === 200);
  await gateway.until(async () => (await statusOf(gateway, 'root')).current === 'valid');
  await gateway.remove('child.yaml');
  await gateway.until(async () => (await status()) === 502);
});

test('cycles are cut, duplicates and wrong conditions skipped, the siblings serve', async (t) => {
  const gateway = await start(
    t,
    rootProxy(
      'root',
      'web.test',
      `  includes:
    - {name: a, conditions: [{prefix: /a}]}
    - {name: dup, conditions: [{prefix: /a}]}
    - {name: dup, conditions: [{exact: /x}]}
  routes: [{${to('one')}}]`,
    ),
    httpProxy('a', `  includes: [{name: b, conditions: [{prefix: /b}]}]\n  routes: [{${to('two')}}]`),
    httpProxy('b', `  includes: [{name: a, conditions: [{prefix: /c}]}]\n  routes: [{${to('three')}}]`),
    httpProxy('dup', `  routes: [{${to('three')}}]`),
  );
  const cases: readonly (readonly [path: string, from: string])[] = [
    ['/a', 'two'],
    ['/a/b', 'three'],
    ['/a/b/c', 'three'],
    ['/x', 'one'],
  ];
  for (const [path, from] of cases) {
    assert.equal((await ask(t, gateway.http, { host: 'web.test', path })).from, from, path);
  }
  assert.deepEqual((await statusOf(gateway, 'root')).errors, [
    'IncludeError/DuplicateMatchConditions',
    'IncludeError/PathMatchConditionsNotValid',
  ]);
  assert.deepEqual((await statusOf(gateway, 'a')).errors, ['IncludeError/IncludeCreatesCycle']);
  assert.equal((await statusOf(gateway, 'dup')).current, 'orphaned');
});

test('a child serves under each path that includes it, also from two roots and two namespaces', async (t) => {
  const gateway = await start(
    t,
    rootProxy(
      'first',
      'a.test',
      '  includes: [{name: child, conditions: [{prefix: /x}]}, {name: child, conditions: [{prefix: /y}]}]',
    ),
    rootProxy('second', 'b.test', '  includes: [{name: child}]'),
    `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: {name: far, namespace: elsewhere}
spec:
  virtualhost: {fqdn: c.test}
  includes: [{name: child, namespace: default}]`,
    httpProxy('child', `  routes: [{conditions: [{prefix: /z}], ${to('one')}}]`),
  );
  for (const [host, path] of [
    ['a.test', '/x/z'],
    ['a.test', '/y/z'],
    ['b.test', '/z'],
    ['c.test', '/z'],
  ] as const) {
    assert.equal((await ask(t, gateway.http, { host, path })).from, 'one', host + path);
  }
  assert.equal((await ask(t, gateway.http, { host: 'a.test', path: '/z' })).status, 404);
});
