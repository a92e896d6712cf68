import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { test } from 'node:test';
import { main } from '../../src/cli/main.ts';
import { fakeContext, runCommand } from '../support/command.ts';

/** Ports and files that the demo prints. */
interface Printed {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly adminUrl: string;
  readonly manifests: string;
}

function readGuide(text: string): Printed {
  const find = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? assert.fail(`${pattern} in ${text}`);
  return {
    httpPort: Number(find(/http:\/\/demo\.localhost:(\d+)/)),
    httpsPort: Number(find(/https:\/\/secure\.localhost:(\d+)/)),
    adminUrl: find(/dashboard +(\S+)/),
    manifests: find(/manifests +(\S+)/),
  };
}

test('demoCommand refuses a time that is none', async () => {
  const run = await runCommand('demo', '--seconds', 'soon');
  assert.equal(run.status, 2);
  assert.match(run.error, /^sluice demo: --seconds must be a number/);
});

test('demoCommand shows what its guide says, and ends on a signal with status 0', async () => {
  const context = fakeContext();
  const up = Promise.withResolvers<void>();
  context.onOut = (text) => {
    if (text.includes('Ctrl-C')) up.resolve();
  };
  const ended = main(['demo'], context);
  await Promise.race([up.promise, ended.then(() => assert.fail(context.written.error))]);
  const { httpPort, httpsPort, manifests } = readGuide(context.written.out);
  try {
    const get = (host: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
      answerOf(
        request({ host: '127.0.0.1', port: httpPort, path, headers: { host, ...headers }, agent: false }),
      );
    assert.match((await get('demo.localhost', '/')).body, /^hello from v[12]: GET \/\n$/);
    assert.match((await get('demo.localhost', '/', { 'x-version': 'v2' })).body, /^hello from v2/);
    const limited: number[] = [];
    for (let index = 0; index < 5; index += 1) limited.push((await get('demo.localhost', '/limited')).status);
    assert.deepEqual(limited, [200, 200, 200, 429, 429]);
    assert.equal((await get('demo.localhost', '/old')).status, 302);
    const shown = await get('demo.localhost', '/headers', { 'x-secret': '1' });
    assert.equal(shown.headers['x-frame-options'], 'DENY');
    const { headers } = JSON.parse(shown.body) as { headers: Record<string, string> };
    assert.equal(headers['x-added-by'], 'the gateway');
    assert.equal(headers['x-secret'], undefined);
    assert.match((await get('ingress.localhost', '/')).body, /^hello from v2/);
    const ca = readFileSync(`${manifests}/certificate.pem`, 'utf8');
    const host = 'secure.localhost';
    const options = {
      host: '127.0.0.1',
      port: httpsPort,
      servername: host,
      headers: { host },
      ca,
      agent: false,
    };
    assert.match((await answerOf(secureRequest(options))).body, /^hello from v1/);
  } finally {
    context.signal('SIGINT');
  }
  assert.equal(await ended, 0);
  assert.equal(existsSync(manifests), false);
});

test('demoCommand ends by itself after --seconds', async () => {
  const { status, out } = await runCommand('demo', '--seconds', '0.1');
  assert.equal(status, 0);
  assert.match(out, /The demo has ended\.\n$/);
});

async function answerOf(sent: ReturnType<typeof request>) {
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = (await response.toArray()).join('');
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}
