import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { runCommand } from '../support/command.ts';
import { manifestFolder, WEB_PROXY, WEB_SERVICE } from '../support/manifest-folder.ts';

test('explainCommand explains by manifests, with file and line', async (t) => {
  const folder = await manifestFolder(t, { 'a.yaml': WEB_SERVICE, 'b.yaml': WEB_PROXY });
  const { status, out, error } = await runCommand(
    'explain',
    'GET',
    'http://web.test/limited',
    '--manifests',
    folder,
  );
  assert.equal(error, '');
  assert.equal(status, 0);
  assert.equal(
    out,
    `from     HTTPProxy shop/web spec.routes[1] (${folder}/b.yaml:9)
host     web.test
path     /limited
match    prefix /limited
does     forward to shop/web/80
filters  local-rate-limit
second   prefix / → forward to shop/web/80; HTTPProxy shop/web spec.routes[0] (${folder}/b.yaml:7)
`,
  );
});

test('explainCommand ends with status 1 when no route answers', async (t) => {
  const folder = await manifestFolder(t, { 'a.yaml': WEB_SERVICE });
  const run = await runCommand('explain', 'GET', 'http://web.test/', '--manifests', folder);
  assert.deepEqual(run, { status: 1, out: '404: no host has this name\n', error: '' });
});

test('explainCommand asks a running gateway', async (t) => {
  const answer = { host: null, path: '/', route: null, second: null, filters: [] };
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const admin = `http://127.0.0.1:${port}`;
  const { status, out } = await runCommand(
    ...['explain', 'GET', 'http://a.test/?b', '--admin', admin, '-H', 'x: 1', '-H', 'y: 2', '-o', 'json'],
  );
  assert.equal(status, 1);
  assert.deepEqual(JSON.parse(out), answer);
  assert.deepEqual(asked, [
    '/v1/explain?method=GET&url=http%3A%2F%2Fa.test%2F%3Fb&header=x%3A+1&header=y%3A+2',
  ]);
});

test('explainCommand passes on what the gateway refuses', async (t) => {
  const server = createServer((_, response) => {
    response.writeHead(400).end(JSON.stringify({ error: 'no such thing' }));
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const run = await runCommand('explain', 'GET', 'http://a/', '--admin', `http://127.0.0.1:${port}`);
  assert.deepEqual(run, { status: 2, out: '', error: 'sluice explain: no such thing\n' });
});

const WRONG: readonly (readonly [argv: string[], error: RegExp])[] = [
  [['GET'], /URL is missing/],
  [['GET', 'web.test'], /the URL must be as/],
  [['GET', 'http://we b/'], /is no host name/],
  [['GET', 'http://a/%zz'], /is no path/],
  [['GET', 'http://a/', '-H', 'x'], /must be as "name: value"/],
];

for (const [argv, error] of WRONG) {
  test(`explainCommand refuses ${argv.join(' ')}`, async (t) => {
    const folder = await manifestFolder(t, {});
    const run = await runCommand('explain', ...argv, '--manifests', folder);
    assert.equal(run.status, 2);
    assert.match(run.error, error);
  });
}

test('explainCommand says that no gateway answers', async () => {
  const run = await runCommand('explain', 'GET', 'http://a/', '--admin', 'http://127.0.0.1:1');
  assert.equal(run.status, 2);
  assert.match(run.error, /no gateway answers at http:\/\/127\.0\.0\.1:1 .*give --manifests DIR/);
});
