import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { suite, type TestContext, test } from 'node:test';
import { main } from '../../src/cli/main.ts';
import { fakeContext, runCommand } from '../support/command.ts';
import { until } from '../support/gateway.ts';
import { missingPrograms } from '../support/programs.ts';
import { runProgram } from '../support/run-program.ts';
import { root } from '../support/source-files.ts';

// All that starts the demo stands in this file: two that start at the same moment may both find a port free.

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

/** Starts the demo as `npm run demo` does; resolves when it has printed its last line of the start. */
async function startDemo(
  t: TestContext,
): Promise<{ readonly child: ChildProcess; readonly printed: string }> {
  const child = spawn(process.execPath, ['scripts/task.mjs', 'demo'], { cwd: root });
  t.after(() => child.kill('SIGTERM'));
  let printed = '';
  child.stderr.on('data', (bytes) => {
    printed += bytes;
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stdout.on('data', (bytes) => {
    printed += bytes;
    if (printed.includes('Ctrl-C')) resolve();
  });
  child.once('exit', () => reject(new Error(`the demo ended: ${printed}`)));
  await promise;
  return { child, printed };
}

suite('the demo', { skip: missingPrograms('curl', 'npm', 'sh', 'sed') }, () => {
  test('npm run demo -- --seconds N ends by itself with status 0', async () => {
    const { status, out } = await runProgram('npm', ['run', 'demo', '--', '--seconds', '0.5'], { cwd: root });
    assert.equal(status, 0);
    assert.match(out, /http:\/\/demo\.localhost:\d+\/\n[\s\S]*The demo has ended\.\n$/);
  });

  test('every line that it prints to be tried does what is said beside it', async (t) => {
    const { child, printed } = await startDemo(t);
    const lines = [...printed.matchAll(/^ {2}((?:for|curl|bin\/sluice|sed) .*)$/gm)].map(
      (found) => found[1] ?? '',
    );
    const left = [...lines];
    const shows = async (line: RegExp, expected: RegExp) => {
      const at = left.findIndex((each) => line.test(each));
      const [command = assert.fail(`${line} in ${printed}`)] = left.splice(at, 1);
      const run = await runProgram('sh', ['-c', command], { cwd: root });
      assert.equal(run.status, 0, `${command}\n${run.error}`);
      assert.match(run.out, expected, command);
      return command;
    };
    const canary = await shows(/^for .*curl -s \S+\/;/, /^(?:hello from v[12]: GET \/\n){10}$/);
    await shows(/x-version: v2/, /^hello from v2: GET \/\n$/);
    await shows(/\/limited; done$/, /^200\n200\n200\n429\n429\n$/);
    await shows(/\/old$/, /^HTTP\/1\.1 302 [\s\S]*\r\nlocation: http:\/\/demo\.localhost:\d+\/new\r\n/);
    await shows(/\/headers$/, /\r\nx-frame-options: DENY\r\n[\s\S]*"x-added-by":"the gateway"/);
    await shows(/^curl --cacert/, /^hello from v1: GET \/\n$/);
    await shows(/ingress\.localhost/, /^hello from v2: GET \/\n$/);
    await shows(/^bin\/sluice explain/, /demo\/hello[\s\S]*hello-v1/);
    const sed = await shows(/^sed /, /^$/);
    assert.deepEqual(left, []);
    // Half of the requests go to each version now: ten of them to the old one are an accident.
    await until(async () => (await runProgram('sh', ['-c', canary], { cwd: root })).out.includes('from v2'));
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    const folder = /\S+(?=\/hello\.yaml)/.exec(sed)?.[0] ?? assert.fail(sed);
    assert.equal(existsSync(folder), false);
  });
});
