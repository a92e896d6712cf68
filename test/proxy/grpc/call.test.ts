import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../src/proxy/exchange.ts';
import { takeGrpcCall } from '../../../src/proxy/grpc/call.ts';
import { WebDownstream } from '../../../src/proxy/grpc/web-downstream.ts';

const CLIENT = {};

function exchangeOf(requestHeaders: string[], method = 'POST') {
  const state = { method, requestHeaders, startedMs: 1000, downstream: CLIENT };
  return { state, exchange: state as unknown as Exchange };
}

test('takeGrpcCall() leaves every other request alone', () => {
  for (const [headers, method] of [
    [[], 'POST'],
    [['content-type', 'application/json', 'grpc-timeout', '1S'], 'POST'],
    [['content-type', 'application/grpc-webx'], 'POST'],
    [['content-type', 'application/grpc'], 'GET'],
  ] as const) {
    const { exchange, state } = exchangeOf([...headers], method);
    assert.equal(takeGrpcCall(exchange), null);
    assert.deepEqual([state.requestHeaders, state.downstream], [[...headers], CLIENT]);
  }
});

test('takeGrpcCall() counts the deadline from the arrival, and changes nothing of a call in gRPC', () => {
  const headers = ['grpc-timeout', '1500m', 'content-type', 'application/grpc+proto'];
  const { exchange, state } = exchangeOf([...headers]);
  assert.deepEqual(takeGrpcCall(exchange), { deadlineMs: 2500, web: null });
  assert.deepEqual([state.requestHeaders, state.downstream], [headers, CLIENT]);
});

test('takeGrpcCall() sees no deadline where there is none, or one that cannot be understood', () => {
  for (const timeouts of [[], ['grpc-timeout', '1 S'], ['grpc-timeout', '1S', 'grpc-timeout', '2S']]) {
    const { exchange } = exchangeOf(['content-type', 'application/grpc', ...timeouts]);
    assert.equal(takeGrpcCall(exchange)?.deadlineMs, Number.POSITIVE_INFINITY);
  }
});

test('takeGrpcCall() turns gRPC-web into gRPC, and answers go back the same way', () => {
  for (const [type, web] of [
    ['application/grpc-web+proto', 'binary'],
    ['application/grpc-web-text+proto', 'text'],
  ] as const) {
    const { exchange, state } = exchangeOf(['content-type', type, 'grpc-timeout', '1S']);
    assert.deepEqual(takeGrpcCall(exchange), { deadlineMs: 2000, web });
    assert.deepEqual(state.requestHeaders.slice(0, 2), ['content-type', 'application/grpc+proto']);
    assert.ok(state.downstream instanceof WebDownstream);
  }
});
