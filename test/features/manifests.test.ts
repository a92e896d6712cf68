import assert from 'node:assert/strict';
import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Logger } from '../../src/lib/logger.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { ask, requestText, rootProxy, statusOf } from '../support/ask.ts';
import { documents, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { RawClient } from '../support/raw.ts';

const direct = (name: string, status: number) =>
  rootProxy(name, `${name}.test`, `  routes: [{directResponsePolicy: {statusCode: ${status}}}]`);

/** Asks for `name.test` until it answers with a status. */
async function untilStatus(
  t: Parameters<typeof startTestGateway>[0],
  gateway: TestGateway,
  name: string,
  status: number,
): Promise<void> {
  await gateway.until(async () => (await ask(t, gateway.http, { host: `${name}.test` })).status === status);
}

/** A logger that keeps its texts. */
function keepingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (text: string): void => {
    lines.push(text);
  };
  return { ...silentLogger, lines, warn: keep, error: keep };
}

test('a file that does not parse keeps its last good objects and is reported', async (t) => {
  const log = keepingLogger();
  const gateway = await startTestGateway(t, {
    manifests: { 'a.yaml': documents(direct('a', 201), direct('b', 202)), 'c.yaml': direct('c', 203) },
    log,
  });
  await gateway.write('a.yaml', `${direct('a', 211)}\n---\n{`);
  await gateway.until(() => log.lines.some((line) => line.includes('a.yaml')));
  // Another change goes through meanwhile.
  await gateway.write('c.yaml', direct('c', 213));
  await untilStatus(t, gateway, 'c', 213);
  assert.equal((await ask(t, gateway.http, { host: 'a.test' })).status, 201);
  assert.equal((await ask(t, gateway.http, { host: 'b.test' })).status, 202);
  await gateway.write('a.yaml', direct('a', 211));
  await untilStatus(t, gateway, 'a', 211);
  await untilStatus(t, gateway, 'b', 404);
});

test('an object that the schema refuses costs itself alone', async (t) => {
  const log = keepingLogger();
  const gateway = await startTestGateway(t, {
    manifests: {
      'a.yaml': documents(
        direct('a', 201),
        rootProxy('bad', 'bad.test', '  routes: [{directResponsePolicy: {statusCode: 99}}]'),
      ),
    },
    log,
  });
  assert.equal((await ask(t, gateway.http, { host: 'a.test' })).status, 201);
  assert.equal((await ask(t, gateway.http, { host: 'bad.test' })).status, 404);
  assert.ok(
    log.lines.some((line) => /a\.yaml:\d+.*statusCode/.test(line)),
    `${log.lines}`,
  );
});

test('files below folders, links and JSON are followed; other and hidden files are not', async (t) => {
  const gateway = await startTestGateway(t, { manifests: { 'a.yaml': direct('a', 201) } });
  const at = (...path: string[]) => join(gateway.directory, ...path);
  await mkdir(at('deep', 'er'), { recursive: true });
  await writeFile(at('deep', 'er', 'b.yml'), direct('b', 202));
  await untilStatus(t, gateway, 'b', 202);
  await writeFile(
    at('deep', 'c.json'),
    JSON.stringify({
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata: { name: 'c', namespace: 'default' },
      spec: { virtualhost: { fqdn: 'c.test' }, routes: [{ directResponsePolicy: { statusCode: 203 } }] },
    }),
  );
  await untilStatus(t, gateway, 'c', 203);
  await writeFile(at('d.txt'), direct('d', 204));
  await writeFile(at('.e.yaml'), direct('e', 205));
  await writeFile(at('f.yaml'), direct('f', 206));
  await untilStatus(t, gateway, 'f', 206);
  assert.equal((await ask(t, gateway.http, { host: 'd.test' })).status, 404);
  assert.equal((await ask(t, gateway.http, { host: 'e.test' })).status, 404);
  await rm(at('deep'), { recursive: true });
  await untilStatus(t, gateway, 'b', 404);
  await untilStatus(t, gateway, 'c', 404);
});

test('a mounted ConfigMap that moves its link takes effect', async (t) => {
  const gateway = await startTestGateway(t, { manifests: {} });
  const at = (...path: string[]) => join(gateway.directory, ...path);
  await mkdir(at('..one'));
  await writeFile(at('..one', 'a.yaml'), direct('a', 201));
  await symlink('..one', at('..data'));
  await symlink(join('..data', 'a.yaml'), at('a.yaml'));
  await untilStatus(t, gateway, 'a', 201);
  await mkdir(at('..two'));
  await writeFile(at('..two', 'a.yaml'), direct('a', 202));
  await symlink('..two', at('..data_tmp'));
  await rename(at('..data_tmp'), at('..data'));
  await rm(at('..one'), { recursive: true });
  await untilStatus(t, gateway, 'a', 202);
  await unlink(at('a.yaml'));
  await untilStatus(t, gateway, 'a', 404);
});

test('of one key in two files the first in path order stays', async (t) => {
  const log = keepingLogger();
  const gateway = await startTestGateway(t, {
    manifests: { 'a.yaml': direct('a', 201), 'b.yaml': direct('a', 202) },
    log,
  });
  assert.equal((await ask(t, gateway.http, { host: 'a.test' })).status, 201);
  assert.ok(log.lines.some((line) => line.includes('b.yaml')));
  await gateway.remove('a.yaml');
  await untilStatus(t, gateway, 'a', 202);
  assert.equal((await statusOf(gateway, 'a')).current, 'valid');
});

test('a connection survives any number of changes', async (t) => {
  const both = (status: number) => documents(direct('a', status), direct('b', status));
  const gateway = await startTestGateway(t, { manifests: { 'a.yaml': both(200) } });
  const client = await RawClient.connect(t, gateway.http);
  let answers = 0;
  for (let status = 201; status < 211; status++) {
    await gateway.write('a.yaml', both(status));
    await untilStatus(t, gateway, 'a', status);
    client.send(requestText({ host: 'b.test' }));
    answers++;
    const text = await client.until(new RegExp(`^(?:HTTP/1\\.1 2[\\s\\S]*?\\r\\n\\r\\n){${answers}}$`));
    assert.match(text.slice(text.lastIndexOf('HTTP/1.1')), new RegExp(`^HTTP/1\\.1 ${status} `));
  }
});
