import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNKED } from '../../src/http1/message.ts';
import { http2Request } from '../../src/proxy/http2-request.ts';
import { upstreamOf } from '../upstream/support.ts';

const PARTS = {
  method: 'POST',
  target: '/a?b=c',
  authority: 'web.test',
  headers: ['x-a', 'b'],
  bodyLength: 5,
  teTrailers: true,
};

test('http2Request() takes over what an HTTP/1.1 head would say', () => {
  assert.deepEqual(http2Request(upstreamOf(), PARTS), {
    method: 'POST',
    scheme: 'http',
    authority: 'web.test',
    path: '/a?b=c',
    protocol: null,
    headers: ['x-a', 'b'],
    neverIndexed: [],
    bodyLength: 5,
    teTrailers: true,
  });
});

test('http2Request() has the scheme of the connection', () => {
  const tls = { verify: null, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
  assert.equal(http2Request(upstreamOf({ tls }), PARTS).scheme, 'https');
});

test('http2Request() announces a body only where its length is known and not 0', () => {
  assert.equal(http2Request(upstreamOf(), { ...PARTS, bodyLength: 0 }).bodyLength, -1);
  assert.equal(http2Request(upstreamOf(), { ...PARTS, bodyLength: CHUNKED }).bodyLength, -1);
});
