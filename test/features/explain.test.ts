import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { runCommand } from '../support/command.ts';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { ingress } from '../support/ingress.ts';
import { certificateFor, tlsSecret } from '../support/tls.ts';

/** Objects of every kind: valid, with a warning, invalid, an orphan. */
async function manifests(t: Parameters<typeof startTestGateway>[0]): Promise<Record<string, string>> {
  const upstream = await echoUpstream(t, 'web');
  return {
    'services.yaml': documents(
      service('web', [upstream.port]),
      tlsSecret('cert', await certificateFor('tls.test')),
    ),
    'proxies.yaml': documents(
      rootProxy(
        'web',
        'web.test',
        `  includes: [{name: child, conditions: [{prefix: /child}]}]
  routes:
    - conditions: [{prefix: /limited}]
      services: [{name: web, port: 80}]
      rateLimitPolicy: {local: {requests: 1, unit: hour}}
    - services: [{name: web, port: 80}]`,
      ),
      httpProxy(
        'child',
        '  routes: [{conditions: [{header: {name: x, present: true}}], services: [{name: web, port: 80}]}]',
      ),
      rootProxy('tls', 'tls.test', '  routes: [{services: [{name: web, port: 80}]}]').replace(
        'test"}',
        'test", tls: {secretName: cert}}',
      ),
      rootProxy('broken', 'broken.test', '  routes: [{services: [{name: gone, port: 80}]}]'),
      rootProxy(
        'warned',
        'warned.test',
        '  routes: [{services: [{name: web, port: 80}], healthCheckPolicy: {path: /}}]',
      ),
      httpProxy('orphan', '  routes: [{services: [{name: web, port: 80}]}]'),
    ),
    'ingress.yaml': ingress('ingress', { 'ingress.test': [['/', 'web']] }),
  };
}

const CASES: readonly (readonly [
  url: string,
  headers: readonly string[],
  says: readonly RegExp[],
  status: 0 | 1,
])[] = [
  [
    'http://web.test/limited',
    [],
    [
      /^from +HTTPProxy default\/web spec\.routes\[0\] \(.*proxies\.yaml:8\)$/m,
      /^filters +local-rate-limit$/m,
      /^second +prefix \/ → forward to default\/web\/80; HTTPProxy default\/web spec\.routes\[1\]/m,
    ],
    0,
  ],
  [
    'http://WEB.test:8080/child/./x?q',
    ['X: 1'],
    [
      /^from +HTTPProxy default\/child spec\.routes\[0\]/m,
      /^match +prefix \/child, header x present$/m,
      /^path +\/child\/x$/m,
    ],
    0,
  ],
  ['http://web.test/child', [], [/^from +HTTPProxy default\/web spec\.routes\[1\]/m], 0],
  ['http://tls.test/', [], [/^does +redirect to https, 301$/m], 0],
  ['https://tls.test/', [], [/^does +forward to default\/web\/80$/m], 0],
  ['https://web.test/', [], [/^404: no route of host web\.test holds for \/$/m], 1],
  ['http://broken.test/', [], [/^does +answer 503 \(destination_unavailable\)$/m], 0],
  ['http://ingress.test/a', [], [/^from +Ingress default\/ingress spec\.rules\[0\]\.http\.paths\[0\]/m], 0],
  ['http://nobody.test/', [], [/^404: no host has this name$/m], 1],
];

test('explain says the same of a folder and of the gateway that serves it', async (t) => {
  const gateway = await startTestGateway(t, { manifests: await manifests(t) });
  for (const [url, headers, says, status] of CASES) {
    await t.test(`${url} ${headers}`, async () => {
      const argv = ['explain', 'GET', url, ...headers.flatMap((header) => ['-H', header])];
      const running = await runCommand(...argv, '--admin', gateway.adminUrl);
      const folder = await runCommand(...argv, '--manifests', gateway.directory);
      assert.equal(running.error, '');
      assert.deepEqual(running, folder);
      assert.equal(running.status, status);
      for (const text of says) assert.match(running.out, text);
    });
  }
});

test('explain follows what the gateway serves', async (t) => {
  const gateway = await startTestGateway(t, { manifests: await manifests(t) });
  const explain = async () =>
    (await runCommand('explain', 'GET', 'http://new.test/', '--admin', gateway.adminUrl)).out;
  assert.equal(await explain(), '404: no host has this name\n');
  await gateway.write(
    'new.yaml',
    rootProxy('new', 'new.test', '  routes: [{directResponsePolicy: {statusCode: 204}}]'),
  );
  await gateway.until(async () => (await ask(t, gateway.http, { host: 'new.test' })).status === 204);
  assert.match(await explain(), /^does +answer 204$/m);
});

test('check says of each object what the gateway writes into its status', async (t) => {
  const gateway = await startTestGateway(t, { manifests: await manifests(t) });
  const { status, out } = await runCommand('check', '-o', 'json', gateway.directory);
  assert.equal(status, 1);
  const rows = JSON.parse(out) as readonly {
    readonly state: string;
    readonly object: string | null;
    readonly place: string | null;
    readonly messages: readonly { readonly severity: string; readonly text: string }[];
  }[];
  const states: Readonly<Record<string, string>> = {
    web: 'valid',
    child: 'valid',
    tls: 'valid',
    broken: 'invalid',
    warned: 'valid',
    orphan: 'orphaned',
  };
  for (const [name, state] of Object.entries(states)) {
    const row = rows.find(({ object }) => object === `HTTPProxy default/${name}`);
    const live = await statusOf(gateway, name);
    assert.equal(row?.state, state, name);
    assert.equal(live.current, state, name);
    assert.match(row?.place ?? '', /proxies\.yaml:\d+$/);
    const texts = row?.messages.map(({ text }) => text.slice(text.indexOf(': ') + 2));
    assert.deepEqual(texts, live.messages, name);
  }
  assert.ok(rows.some(({ object, state }) => object === 'Ingress default/ingress' && state === 'valid'));
});
