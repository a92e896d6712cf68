import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientInfo } from '../../src/filters/filter.ts';
import type { RequestHead } from '../../src/http1/message.ts';
import type { Downstream } from '../../src/proxy/downstream.ts';
import { Exchange } from '../../src/proxy/exchange.ts';
import type { WorkerContext } from '../../src/proxy/worker-context.ts';

function exchangeOf(
  head: Partial<RequestHead>,
  secure = false,
): { exchange: Exchange; recorded: Exchange[] } {
  const recorded: Exchange[] = [];
  const worker = { now: () => 7, record: (exchange: Exchange) => recorded.push(exchange) };
  const exchange = new Exchange(
    worker as unknown as WorkerContext,
    {} as Downstream,
    { secure } as ClientInfo,
    {
      authority: 'web.test:81',
      host: 'web.test',
      headers: ['a', 'b'],
      minorVersion: 1,
      ...head,
    } as RequestHead,
  );
  return { exchange, recorded };
}

test('Exchange begins with what its head and its connection say', () => {
  const { exchange } = exchangeOf({ minorVersion: 0 }, true);
  assert.equal(exchange.protocol, 'HTTP/1.0');
  assert.equal(exchange.scheme, 'https');
  assert.equal(exchange.secure, true);
  assert.equal(exchange.upstreamAuthority, 'web.test:81');
  assert.deepEqual(exchange.headers, ['a', 'b']);
  assert.equal(exchange.startedMs, 7);
  assert.equal(exchangeOf({}).exchange.protocol, 'HTTP/1.1');
  assert.equal(exchangeOf({}).exchange.scheme, 'http');
});

test('finish() records the exchange once', () => {
  const { exchange, recorded } = exchangeOf({});
  exchange.finish();
  exchange.finish();
  assert.deepEqual(recorded, [exchange]);
});
