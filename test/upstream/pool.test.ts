import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Breaker, Upstream } from '../../src/snapshot/upstream.ts';
import type { LiveEndpoint } from '../../src/upstream/endpoint.ts';
import { UpstreamPool } from '../../src/upstream/pool.ts';
import type { PooledConnection } from '../../src/upstream/pooled-connection.ts';
import { UPSTREAM_CELL } from '../../src/workers/cells.ts';
import { until } from '../support/gateway.ts';
import { fixedUpstream } from '../support/raw.ts';
import { Collector, requestOf, runtimeOf, turnTo, upstreamOf } from './support.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

function breaker(changes: Partial<Breaker>): Breaker {
  return { ...upstreamOf().breaker, ...changes };
}

/** A pool with as many endpoints, each a server that answers at once, or never when `answer` is empty. */
async function poolOf(
  t: TestContext,
  endpoints: number,
  changes: Partial<Upstream> = {},
  answer = OK,
): Promise<{ pool: UpstreamPool; at: (index: number) => LiveEndpoint; cell: (cell: number) => number }> {
  const runtime = runtimeOf();
  const pool = new UpstreamPool(upstreamOf(changes), runtime);
  const servers = await Promise.all(Array.from({ length: endpoints }, () => fixedUpstream(t, answer)));
  pool.setEndpoints({ name: 'set', endpoints: servers.map(({ port }) => ({ address: '127.0.0.1', port })) });
  t.after(() => pool.close());
  return {
    pool,
    at: (index) => pool.endpoints[index] ?? assert.fail(`there is no endpoint ${index}`),
    cell: (cell) => runtime.cells.sum(pool.slot, cell),
  };
}

/** Sends a request by a connection. Resolves when its answer is there. */
async function use(connection: PooledConnection): Promise<void> {
  const listener = new Collector();
  connection.begin(listener, requestOf());
  await listener.over;
  assert.equal(listener.body, 'ok');
}

test('setEndpoints() keeps what stays with its connections, and closes what idles of those that go', async (t) => {
  const { pool, at, cell } = await poolOf(t, 2);
  const [stays, goes] = [at(0), at(1)];
  await use(stays.open());
  await use(goes.open());
  const busy = goes.open();
  pool.setEndpoints({ name: 'set', endpoints: [stays.address] });
  assert.equal(pool.endpoints.length, 1);
  assert.equal(at(0), stays);
  assert.equal(stays.hasIdle, true);
  assert.equal(goes.hasIdle, false);
  await use(busy);
  assert.equal(goes.hasIdle, false, 'it has finished what it did and is not pooled');
  await until(() => cell(UPSTREAM_CELL.connections) === 1);
  pool.setEndpoints({ name: 'set', endpoints: [stays.address, goes.address] });
  assert.notEqual(at(1), goes, 'an address that returns begins anew');
});

test('setEndpoints() with nothing leaves nothing to pick', async (t) => {
  const { pool } = await poolOf(t, 1);
  assert.notEqual(pool.pick(null), null);
  pool.setEndpoints(undefined);
  assert.equal(pool.pick(null), null);
});

test('takeIdle() gives the connection that was released last', async (t) => {
  const { at } = await poolOf(t, 1);
  const connections = [at(0).open(), at(0).open()];
  const released: PooledConnection[] = [];
  await Promise.all(connections.map((connection) => use(connection).then(() => released.push(connection))));
  assert.equal(at(0).takeIdle(), released[1]);
  assert.equal(at(0).takeIdle(), released[0]);
  assert.equal(at(0).takeIdle(), null);
});

test('mayConnect() holds to the sum over all endpoints, but lets a worker have one', async (t) => {
  const { pool, at } = await poolOf(t, 2, { breaker: breaker({ connections: 1 }) });
  const { cells } = pool.runtime;
  cells.add(pool.slot, UPSTREAM_CELL.connections, 5);
  assert.equal(pool.mayConnect(at(0)), true, 'the five are those of other workers');
  at(0).open();
  assert.equal(pool.mayConnect(at(0)), false);
  assert.equal(pool.mayConnect(at(1)), false);
});

test('mayConnect() holds to the limit of each endpoint', async (t) => {
  const { pool, at } = await poolOf(t, 2, { breaker: breaker({ perEndpointConnections: 2 }) });
  at(0).open();
  assert.equal(pool.mayConnect(at(0)), true);
  at(0).open();
  assert.equal(pool.mayConnect(at(0)), false);
  assert.equal(pool.mayConnect(at(1)), true);
});

test('wait() serves in order: by connections that become idle, of whichever endpoint', async (t) => {
  const { pool, at, cell } = await poolOf(t, 2);
  const one = at(0).open();
  const given: [string, PooledConnection | null][] = [];
  pool.wait(at(1), (connection) => given.push(['first', connection]));
  pool.wait(at(0), (connection) => given.push(['second', connection]));
  assert.equal(cell(UPSTREAM_CELL.pending), 2);
  await use(one);
  assert.deepEqual(given, [['first', one]]);
  assert.equal(at(0).hasIdle, false);
  await use(one);
  assert.deepEqual(given.at(-1), ['second', one]);
  assert.equal(cell(UPSTREAM_CELL.pending), 0);
});

test('wait() serves the first that may connect when a connection closes', async (t) => {
  const { pool, at } = await poolOf(t, 2, { breaker: breaker({ perEndpointConnections: 1 }) }, '');
  const [stays, leaving] = [at(0).open(), at(1).open()];
  const [, last] = [stays, leaving].map((connection) => connection.begin(new Collector(), requestOf()));
  const given: string[] = [];
  pool.wait(at(0), () => given.push('for the endpoint that stays full'));
  pool.wait(at(1), (connection) => {
    given.push('for the other');
    assert.equal(connection?.endpoint, at(1));
  });
  last?.abort();
  await until(() => given.length > 0);
  assert.deepEqual(given, ['for the other']);
});

test('wait() is refused when the queue is full, and gives up at the connect timeout', async (t) => {
  const { pool, at, cell } = await poolOf(t, 1, { breaker: breaker({ pendingRequests: 1 }) });
  const given: (PooledConnection | null)[] = [];
  assert.notEqual(
    pool.wait(at(0), (connection) => given.push(connection)),
    null,
  );
  assert.equal(
    pool.wait(at(0), () => {}),
    null,
  );
  turnTo(pool.runtime, 1980);
  assert.deepEqual(given, []);
  turnTo(pool.runtime, 2020);
  assert.deepEqual(given, [null]);
  assert.equal(cell(UPSTREAM_CELL.pending), 0);
});

test('wait() answers a function that leaves the queue', async (t) => {
  const { pool, at, cell } = await poolOf(t, 1);
  const leave = pool.wait(at(0), () => assert.fail('it has left'));
  leave?.();
  leave?.();
  assert.equal(cell(UPSTREAM_CELL.pending), 0);
  await use(at(0).open());
  assert.equal(at(0).hasIdle, true);
});

test('close() ends what is idle; who waits is served by what finishes', async (t) => {
  const { pool, at } = await poolOf(t, 1, { breaker: breaker({ connections: 1 }) });
  const busy = at(0).open();
  const served = Promise.withResolvers<PooledConnection | null>();
  pool.wait(at(0), served.resolve);
  pool.close();
  await use(busy);
  const connection = await served.promise;
  assert.ok(connection !== null);
  await use(connection);
  assert.equal(at(0).hasIdle, false);
});

test('admitsRequest counts the requests of all workers', async (t) => {
  const { pool } = await poolOf(t, 1, { breaker: breaker({ requests: 2 }) });
  const { cells } = pool.runtime;
  cells.add(pool.slot, UPSTREAM_CELL.active, 1);
  assert.equal(pool.admitsRequest, true);
  cells.add(pool.slot, UPSTREAM_CELL.active, 1);
  assert.equal(pool.admitsRequest, false);
});

test('admitsRetry() holds to the cap, and to the budget where the cap was raised', async (t) => {
  for (const [retries, admitted] of [
    [0, 0],
    [2, 2],
    [3, 3],
  ] as const) {
    const { pool } = await poolOf(t, 1, { breaker: breaker({ retries }) });
    let count = 0;
    while (count < 50 && pool.admitsRetry()) {
      count++;
      pool.runtime.cells.add(pool.slot, UPSTREAM_CELL.activeRetries, 1);
      pool.runtime.cells.add(pool.slot, UPSTREAM_CELL.retries, 1);
    }
    assert.equal(count, admitted);
  }
  const sequential = async (retries: number) => {
    const { pool } = await poolOf(t, 1, { breaker: breaker({ retries }) });
    let count = 0;
    while (count < 50 && pool.admitsRetry()) {
      count++;
      pool.runtime.cells.add(pool.slot, UPSTREAM_CELL.retries, 1);
    }
    return count;
  };
  assert.equal(await sequential(3), 50, 'three at once need no budget');
  assert.equal(await sequential(100), 3, 'three a second without traffic');
});

test('mayRest() spares at most half of the endpoints, and never the last', async (t) => {
  for (const [endpoints, resting] of [
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
  ] as const) {
    const { pool, at } = await poolOf(t, endpoints);
    const refused = { code: 'connection_refused' } as Parameters<LiveEndpoint['connectFailed']>[0];
    for (let i = 0; i < endpoints; i++) for (let k = 0; k < 3; k++) at(i).connectFailed(refused);
    assert.equal(pool.endpoints.filter(({ rests }) => rests).length, resting, `of ${endpoints}`);
  }
});
