import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeader } from '../../src/lib/header-list.ts';
import { webSocketAccept, withWebSocketKey } from '../../src/proxy/websocket-key.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

test('webSocketAccept() answers the key of RFC 6455 §1.3', () => {
  assert.equal(webSocketAccept(KEY), ACCEPT);
});

test('withWebSocketKey() gives each request a key of 16 bytes', () => {
  const given = ['x', 'y'];
  const { headers, accept } = withWebSocketKey(given);
  const key = getHeader(headers, 'sec-websocket-key') ?? '';
  assert.deepEqual(headers, ['x', 'y', 'sec-websocket-key', key]);
  assert.deepEqual(given, ['x', 'y']);
  assert.equal(Buffer.from(key, 'base64').length, 16);
  assert.equal(accept, webSocketAccept(key));
  assert.notEqual(withWebSocketKey(given).accept, accept);
});

test('withWebSocketKey() keeps a key that the client sent', () => {
  const headers = ['sec-websocket-key', KEY, 'x', 'y'];
  assert.deepEqual(withWebSocketKey(headers), { headers, accept: ACCEPT });
});

for (const given of [['short'], [KEY, KEY], [''], [`${KEY}\n`]]) {
  test(`withWebSocketKey() replaces ${JSON.stringify(given)}`, () => {
    const { headers, accept } = withWebSocketKey(given.flatMap((key) => ['sec-websocket-key', key]));
    assert.equal(headers.length, 2);
    assert.equal(accept, webSocketAccept(headers[1] ?? ''));
    assert.equal(given.includes(headers[1] ?? ''), false);
  });
}
