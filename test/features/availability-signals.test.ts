import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { closedPort } from '../support/closed-port.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { manifestFolder } from '../support/manifest-folder.ts';
import { RawClient } from '../support/raw.ts';
import { root } from '../support/source-files.ts';

interface Running {
  readonly child: ChildProcess;
  readonly http: number;
  /** Status of a path of the admin address; 0 when it is not there. */
  probe(path: string): Promise<number>;
}

/** `sluice run` in a process of its own, ready. */
async function run(t: TestContext, upstream: number, ...flags: readonly string[]): Promise<Running> {
  const folder = await manifestFolder(t, {
    'app.yaml': documents(
      service('web', [upstream]),
      httpProxy('web', '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
    ),
  });
  const [http, admin] = [await closedPort(), await closedPort()];
  const child = spawn(
    join(root, 'bin/sluice'),
    [
      ...['run', '--manifests', folder, '--http', `127.0.0.1:${http}`, '--https', 'off'],
      ...['--admin', `127.0.0.1:${admin}`, '--access-log', 'off', '--workers', '2', ...flags],
    ],
    { stdio: 'ignore' },
  );
  t.after(() => child.kill('SIGKILL'));
  const probe = (path: string): Promise<number> =>
    fetch(`http://127.0.0.1:${admin}${path}`).then(
      ({ status }) => status,
      () => 0,
    );
  await until(async () => (await probe('/readyz')) === 200);
  return { child, http, probe };
}

const GET = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal}: not ready at once, requests served for the delay, status 0`, async (t) => {
    const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
    const { child, http, probe } = await run(t, upstream.port, '--drain-delay', '1', '--drain-timeout', '5');
    const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
    child.kill(signal);
    await until(async () => (await probe('/readyz')) === 503);
    assert.equal(await probe('/livez'), 200);
    const client = await RawClient.connect(t, http);
    client.send(GET);
    assert.match(await client.untilEnd(), /^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n[\s\S]*ok$/);
    client.socket.end();
    assert.deepEqual(await exit, [0, null]);
  });
}

test('a second signal ends at once, whatever is under way', async (t) => {
  const upstream = await http1Upstream(t, {});
  const { child, http } = await run(t, upstream.port, '--drain-timeout', '60');
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const client = await RawClient.connect(t, http);
  client.send(GET);
  await until(() => upstream.requests.length === 1);
  const before = performance.now();
  // Within half a second it counts as the first one, which may arrive twice.
  const again = setInterval(() => child.kill('SIGTERM'), 100);
  const [status] = await exit;
  clearInterval(again);
  assert.equal(status, 128 + 15);
  assert.equal(performance.now() - before < 10_000, true);
});
