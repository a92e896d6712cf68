import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { findProgram } from '../../../scripts/find-program.ts';
import { documents, service, startTestGateway } from '../../support/gateway.ts';
import { FrameClient } from '../../support/http2-frame-client.ts';
import { certificateFor, tlsProxy, tlsSecret } from '../../support/tls.ts';
import { CONNECTION_CASES, EXCUSED } from './connection-cases.ts';
import { FRAME_TYPE_CASES } from './frame-cases.ts';
import { GENERIC_CASES } from './generic-cases.ts';
import { HPACK_CASES } from './hpack-cases.ts';
import { MESSAGE_CASES } from './message-cases.ts';
import { BARE, type ConformanceCase } from './outcomes.ts';
import { HOST } from './requests.ts';

const CASES = [GENERIC_CASES, CONNECTION_CASES, FRAME_TYPE_CASES, MESSAGE_CASES, HPACK_CASES].flat();

/** Cases of h2spec 2.2.1 in strict mode. */
const COUNTS = { generic: 44, http2: 95, hpack: 7 };

/** The name under which a program on this machine reaches the gateway. */
const LOCAL = 'localhost';

/** A gateway in front of a service that reads the request to its end and answers it with a few bytes. */
async function startSite(t: TestContext): Promise<number> {
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('a few bytes'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const gateway = await startTestGateway(t, {
    manifests: {
      'all.yaml': documents(
        service('web', [(server.address() as AddressInfo).port]),
        tlsSecret('web', await certificateFor(HOST, LOCAL)),
        tlsProxy(HOST, 'web'),
        tlsProxy(LOCAL, 'web'),
      ),
    },
  });
  return gateway.https;
}

/** Runs a case on a connection of its own. */
async function run([, , ...steps]: ConformanceCase, port: number): Promise<void> {
  const client = await FrameClient.connect(port, HOST);
  try {
    if (steps[0] !== BARE) await client.handshake();
    for (const step of steps) {
      if (typeof step === 'function') await step(client);
      else client.send(step);
    }
  } finally {
    client.close();
  }
}

test('the table holds every case of h2spec once', () => {
  const ids = CASES.map(([id]) => id);
  assert.equal(new Set(ids).size, 146);
  for (const [suite, count] of Object.entries(COUNTS)) {
    assert.equal(ids.filter((id) => id.startsWith(`${suite}/`)).length, count, suite);
  }
  assert.deepEqual([...EXCUSED].sort(), ids.filter((id) => EXCUSED.has(id)).sort());
});

test('the gateway over TLS does what h2spec asks for', async (t) => {
  const port = await startSite(t);
  for (const each of CASES) {
    const [id, says] = each;
    const excused = EXCUSED.has(id) ? ' (excused: RFC 9113 has no priorities; ours is not an error)' : '';
    await t.test(`${id}: ${says}${excused}`, () => run(each, port));
  }
});

const h2spec = process.env.H2SPEC ?? findProgram('h2spec');

test('h2spec itself agrees', {
  skip: h2spec === undefined && 'needs h2spec on PATH or named by H2SPEC, which this machine does not have',
}, async (t) => {
  const port = await startSite(t);
  const args = ['--strict', '--tls', '-k', '-h', LOCAL, '-p', String(port)];
  const report = await new Promise<string>((resolve) => {
    execFile(h2spec ?? '', args, { timeout: 120_000, maxBuffer: 1 << 24 }, (_, out) => resolve(out));
  });
  // Its last line counts: with the two excused ones it exits with 1.
  assert.match(report, /\n146 tests, 144 passed, 0 skipped, 2 failed\n/);
  const [, failures = ''] = report.split('\nFailures: \n');
  assert.equal((failures.match(/ × \d+: .* depend on itself/g) ?? []).length, 2, failures);
});
