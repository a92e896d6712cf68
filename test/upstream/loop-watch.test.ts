import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { LoopWatch } from '../../src/upstream/loop-watch.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('isFresh() is true for 5 ms after the loop looked at its sockets', async () => {
  let now = 100;
  const watch = new LoopWatch(() => now);
  assert.equal(watch.isFresh(now), false, 'nothing is known at the start');
  watch.arm();
  await turn();
  assert.equal(watch.isFresh(105), true);
  assert.equal(watch.isFresh(105.1), false);
  now = 200;
  watch.arm();
  watch.arm();
  await turn();
  assert.equal(watch.isFresh(200), true);
});

test('afterPoll() calls back when bytes that had arrived before were delivered', async (t) => {
  const server = net.createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  const [peer] = (await once(server, 'connection')) as [net.Socket];
  t.after(() => {
    client.destroy();
    peer.destroy();
  });
  await once(client, 'connect');
  for (let i = 1; i <= 5; i++) {
    let received = 0;
    client.once('data', () => {
      received = i;
    });
    peer.write('x');
    const until = performance.now() + 6;
    while (performance.now() < until);
    const watch = new LoopWatch(() => 0);
    await new Promise<void>((resolve) => watch.afterPoll(resolve));
    assert.equal(received, i);
    assert.equal(watch.isFresh(0), true);
  }
});
