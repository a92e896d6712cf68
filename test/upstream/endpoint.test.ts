import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { LiveEndpoint } from '../../src/upstream/endpoint.ts';
import { UpstreamPool } from '../../src/upstream/pool.ts';
import { CONNECT_TIMEOUT, connectError, type ProxyError } from '../../src/upstream/proxy-error.ts';
import { ENDPOINT_CELL } from '../../src/workers/cells.ts';
import { runtimeOf, turnTo, upstreamOf } from './support.ts';

/** The first of two endpoints that nothing connects to. */
function endpoint(t: TestContext): { one: LiveEndpoint; told: string[] } {
  const runtime = runtimeOf();
  const pool = new UpstreamPool(upstreamOf(), runtime);
  pool.setEndpoints({
    name: 'set',
    endpoints: [
      { address: '10.0.0.1', port: 80 },
      { address: 'fd00::1', port: 80 },
    ],
  });
  t.after(() => pool.close());
  return { one: pool.endpoints[0] ?? assert.fail('there is an endpoint'), told: runtime.told };
}

const failure = (code: string): ProxyError => connectError(Object.assign(new Error(), { code }));
const REFUSED = failure('ECONNREFUSED');

test('LiveEndpoint is named by its address and port', (t) => {
  const { one } = endpoint(t);
  assert.deepEqual(
    one.pool.endpoints.map(({ name }) => name),
    ['10.0.0.1:80', '[fd00::1]:80'],
  );
});

test('connectFailed() lets it rest for 5 s after three failures in a row', (t) => {
  const { one } = endpoint(t);
  one.connectFailed(REFUSED);
  one.connectFailed(REFUSED);
  assert.equal(one.rests, false);
  one.connectFailed(REFUSED);
  assert.equal(one.rests, true);
  turnTo(one.pool.runtime, 4980);
  assert.equal(one.rests, true);
  turnTo(one.pool.runtime, 5000);
  assert.equal(one.rests, false);
  one.connectFailed(REFUSED);
  assert.equal(one.rests, true, 'one more failure is enough while none has succeeded');
});

test('connected() ends the rest and the row', (t) => {
  const { one } = endpoint(t);
  for (let i = 0; i < 3; i++) one.connectFailed(REFUSED);
  one.connected();
  assert.equal(one.rests, false);
  one.connectFailed(REFUSED);
  one.connectFailed(REFUSED);
  assert.equal(one.rests, false);
});

const OUTCOMES: readonly (readonly [error: ProxyError, outcome: string])[] = [
  [REFUSED, 'refused'],
  [CONNECT_TIMEOUT, 'timeout'],
  [failure('CERT_HAS_EXPIRED'), 'tls'],
  [failure('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls'],
  [failure('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR'), 'tls'],
  [failure('EHOSTUNREACH'), 'failed'],
  [failure('ECONNRESET'), 'failed'],
];

for (const [error, outcome] of OUTCOMES) {
  test(`connectFailed() counts ${error.code} as ${outcome}`, (t) => {
    const { one, told } = endpoint(t);
    one.connectFailed(error);
    assert.deepEqual(told, [`connect ${outcome}`]);
    assert.equal(one.pool.runtime.cells.sum(one.slot, ENDPOINT_CELL.connectFailures), 1);
  });
}

test('active is the number of requests of all workers', (t) => {
  const { one } = endpoint(t);
  one.pool.runtime.cells.add(one.slot, ENDPOINT_CELL.active, 3);
  assert.equal(one.active, 3);
});
