import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { WebSocket as WsClient } from 'ws';
import { BIG, startClientSite } from '../support/client-site.ts';

async function start(t: TestContext) {
  const site = await startClientSite(t);
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([site.ca]);
  t.after(() => tls.setDefaultCACertificates(before));
  return site;
}

test("Node's WebSocket talks through the gateway over TLS", async (t) => {
  const { gateway } = await start(t);
  const socket = new WebSocket(`wss://localhost:${gateway.https}/socket`);
  t.after(() => socket.close());
  socket.binaryType = 'arraybuffer';
  await once(socket, 'open');
  const answer = async (sent: string | Uint8Array<ArrayBuffer>) => {
    const message = once(socket, 'message');
    socket.send(sent);
    const [event] = (await message) as [MessageEvent];
    return event.data as unknown;
  };
  assert.equal(await answer('grüß dich'), 'grüß dich');
  const bytes = Buffer.from((await answer(Uint8Array.from(BIG.subarray(0, 1_000_000)))) as ArrayBuffer);
  assert.ok(bytes.equals(BIG.subarray(0, 1_000_000)));
  for (let count = 0; count < 100; count++) assert.equal(await answer(String(count)), String(count));
  const closed = once(socket, 'close');
  socket.send('leave');
  const [{ code, reason, wasClean }] = (await closed) as [CloseEvent];
  assert.deepEqual({ code, reason, wasClean }, { code: 4001, reason: 'as you wish', wasClean: true });
});

for (const scheme of ['ws', 'wss'] as const) {
  test(`ws talks through the gateway by ${scheme}, pings, and closes from its side`, async (t) => {
    const { gateway, ca } = await start(t);
    const socket =
      scheme === 'wss'
        ? new WsClient(`wss://localhost:${gateway.https}/socket`, { ca })
        : new WsClient(`ws://127.0.0.1:${gateway.http}/socket`, { headers: { host: 'plain.test' } });
    t.after(() => socket.terminate());
    await once(socket, 'open');
    socket.ping('still there?');
    assert.equal(String((await once(socket, 'pong'))[0]), 'still there?');
    // Many messages at once, and one larger than any buffer.
    const got: Buffer[] = [];
    const all = Promise.withResolvers<void>();
    socket.on('message', (data) => {
      got.push(data as Buffer);
      if (got.length === 201) all.resolve();
    });
    for (let count = 0; count < 200; count++) socket.send(Buffer.alloc(count * 10, 'x'));
    socket.send(BIG);
    await all.promise;
    assert.deepEqual(
      got.slice(0, 200).map(({ length }) => length),
      Array.from({ length: 200 }, (_, index) => index * 10),
    );
    assert.ok(got[200]?.equals(BIG));
    socket.close(1000, 'done');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    assert.deepEqual([code, String(reason)], [1000, 'done']);
  });
}

test('a drain ends WebSockets with 1001', async (t) => {
  const { gateway, ca } = await start(t);
  const socket = new WsClient(`wss://localhost:${gateway.https}/socket`, { ca });
  t.after(() => socket.terminate());
  await once(socket, 'open');
  const closed = once(socket, 'close');
  const drained = gateway.drain();
  assert.equal((await closed)[0], 1001);
  await drained;
});

test('a route without enableWebsockets refuses the upgrade', async (t) => {
  const { gateway, ca } = await start(t);
  const socket = new WsClient(`wss://localhost:${gateway.https}/hello`, { ca });
  t.after(() => socket.terminate());
  const [error] = (await once(socket, 'error')) as [Error];
  assert.match(error.message, /^Unexpected server response: 403$/);
});
