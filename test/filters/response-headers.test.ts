import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResponseHeaders } from '../../src/filters/response-headers.ts';
import { context } from './context.ts';

test('ResponseHeaders changes response fields and reads those of the request', () => {
  const filter = new ResponseHeaders(
    {
      kind: 'response-headers',
      remove: ['a'],
      set: [{ name: 'b', value: [{ kind: 'request-header', names: ['x'], maxLength: 0 }] }],
    },
    { hostname: 'gw-1' },
  );
  const exchange = context({ requestHeaders: ['a', '0', 'x', '1'], responseHeaders: ['a', '0'] });
  filter.onResponse(exchange);
  assert.deepEqual(exchange.requestHeaders, ['a', '0', 'x', '1']);
  assert.deepEqual(exchange.responseHeaders, ['b', '1']);
});
