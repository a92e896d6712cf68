import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestHeaders } from '../../src/filters/request-headers.ts';
import type { Template } from '../../src/snapshot/filter.ts';
import { context } from './context.ts';

const FROM_HEADER: Template = [{ kind: 'request-header', names: ['x-host'], maxLength: 0 }];

test('RequestHeaders changes request fields and no others', () => {
  const filter = new RequestHeaders(
    {
      kind: 'request-headers',
      remove: ['a'],
      set: [{ name: 'b', value: [{ kind: 'text', text: '1' }] }],
      host: null,
    },
    { hostname: 'gw-1' },
  );
  const exchange = context({ requestHeaders: ['a', '0'], responseHeaders: ['a', '0'] });
  assert.equal(filter.onRequest(exchange), undefined);
  assert.deepEqual(exchange.requestHeaders, ['b', '1']);
  assert.deepEqual(exchange.responseHeaders, ['a', '0']);
  assert.equal(exchange.upstreamAuthority, 'shop.test');
});

const HOSTS: readonly (readonly [string, Template, string[], string])[] = [
  ['a constant', [{ kind: 'text', text: 'svc.test:8080' }], [], 'svc.test:8080'],
  ['a header', FROM_HEADER, ['x-host', 'Other.test'], 'Other.test'],
  ['IPv6', FROM_HEADER, ['x-host', '[::1]:80'], '[::1]:80'],
  ['a missing header: unchanged', FROM_HEADER, [], 'shop.test'],
  ['a path: unchanged', FROM_HEADER, ['x-host', 'a/b'], 'shop.test'],
  ['user information: unchanged', FROM_HEADER, ['x-host', 'u@a'], 'shop.test'],
  ['two hosts: unchanged', FROM_HEADER, ['x-host', 'a, b'], 'shop.test'],
  ['a port without a host: unchanged', FROM_HEADER, ['x-host', ':80'], 'shop.test'],
  ['bytes above ASCII: unchanged', FROM_HEADER, ['x-host', 'a\xe9'], 'shop.test'],
];

for (const [name, host, requestHeaders, expected] of HOSTS) {
  test(`RequestHeaders rewrites the upstream host: ${name}`, () => {
    const filter = new RequestHeaders(
      { kind: 'request-headers', remove: ['x-host'], set: [], host },
      { hostname: 'gw-1' },
    );
    const exchange = context({ requestHeaders });
    filter.onRequest(exchange);
    assert.equal(exchange.upstreamAuthority, expected);
    assert.equal(exchange.authority, 'shop.test');
  });
}
