import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionsByNetwork } from '../../src/proxy/connections-by-network.ts';

test('ConnectionsByNetwork lets in as many as a network may have, and again when one leaves', () => {
  const open = new ConnectionsByNetwork();
  assert.ok(open.enter('a', 2));
  assert.ok(open.enter('a', 2));
  assert.ok(!open.enter('a', 2));
  assert.ok(open.enter('b', 2), 'another network has its own');
  open.leave('a');
  assert.ok(open.enter('a', 2));
  assert.ok(!open.enter('a', 1), 'a lower cap holds for the next');
  assert.ok(open.enter('a', 0), '0 is no cap');
});

test('ConnectionsByNetwork forgets a network without connections', () => {
  const open = new ConnectionsByNetwork();
  for (let i = 0; i < 3; i++) open.enter('a', 0);
  open.enter('b', 0);
  for (let i = 0; i < 3; i++) open.leave('a');
  assert.equal(open.size, 1);
});
