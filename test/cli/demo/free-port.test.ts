import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { isFree } from '../../../src/cli/demo/free-port.ts';

test('isFree() tells a taken port from a free one', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  assert.equal(await isFree(port), false);
  server.close();
  await once(server, 'close');
  assert.equal(await isFree(port), true);
});
