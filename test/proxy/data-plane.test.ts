import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delta } from '../../src/snapshot/snapshot.ts';
import { ask } from '../support/ask.ts';
import { startTestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

const manifests = (port: number, fqdn = 'web.test') =>
  documents(
    service('web', [port]),
    httpProxy('web', `  virtualhost: {fqdn: ${fqdn}}\n  routes: [{services: [{name: web, port: 80}]}]`),
  );

test('apply() swaps the table for the next request of every connection', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await startTestDataPlane(t, { manifests: { 'app.yaml': manifests(upstream.port) } });
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/ok$/);
  await plane.write('app.yaml', manifests(upstream.port, 'other.test'));
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/HTTP\/1\.1 404 /);
  client.send('GET / HTTP/1.1\r\nhost: other.test\r\n\r\n');
  await client.until(/ok[\s\S]*404[\s\S]*ok$/);
});

test('apply() of a delta that cannot be used throws, and what was served goes on', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await startTestDataPlane(t, { manifests: { 'app.yaml': manifests(upstream.port) } });
  const none = { set: [], remove: [] };
  const bad = {
    version: 99,
    hosts: { set: [{ name: 'web.test', routes: [null], upgradeFilters: [], tls: null }], remove: [] },
    upstreams: none,
    endpoints: none,
    certificates: none,
    slots: none,
  } as unknown as Delta;
  assert.throws(() => plane.plane.apply(bad));
  assert.equal((await ask(t, plane.http, { host: 'web.test' })).body, 'ok');
});

for (const [level, statuses] of [
  ['all', [200, 404, 503]],
  ['error', [404, 503]],
  ['critical', [404, 503]],
  ['off', []],
] as const) {
  test(`the access log at level ${level} has ${statuses.join(', ') || 'nothing'}`, async (t) => {
    const upstream = await http1Upstream(t, {
      onRequest: ({ head, socket }) => {
        if (head.startsWith('GET /drop')) socket.destroy();
        return head.startsWith('GET /drop') ? undefined : answerOf('ok');
      },
    });
    const plane = await startTestDataPlane(t, {
      manifests: { 'app.yaml': manifests(upstream.port) },
      worker: { accessLog: level },
    });
    for (const [host, path] of [
      ['web.test', '/'],
      ['unknown.test', '/'],
      ['web.test', '/drop'],
    ] as const) {
      await ask(t, plane.http, { host, path });
    }
    // A 404 of our own carries a response flag, so that it is critical too.
    await plane.plane.close();
    await until(() => plane.log.length === statuses.length);
    assert.deepEqual(
      plane.log.map((line) => (JSON.parse(line) as { response_code: number }).response_code),
      statuses,
    );
  });
}
