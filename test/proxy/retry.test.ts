import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResponseHead } from '../../src/http1/message.ts';
import { backoffMs, isIdempotent, retriesFailure, retriesResponse } from '../../src/proxy/retry.ts';
import type { RetryCondition, RetryPolicy } from '../../src/snapshot/virtual-host.ts';
import { badResponse, CONNECT_TIMEOUT, NO_ENDPOINT, reset } from '../../src/upstream/proxy-error.ts';

const policy = (on: readonly RetryCondition[], statusCodes: readonly number[] = []): RetryPolicy => ({
  count: 1,
  perTryTimeoutMs: 0,
  on: [...on],
  statusCodes: [...statusCodes],
});

const response = (status: number, headers: string[] = []): ResponseHead => ({
  ok: true,
  status,
  minorVersion: 1,
  headers,
  bodyLength: 0,
  announcedLength: 0,
  keepAlive: true,
  keepAliveMs: 0,
  upgrade: null,
  end: 0,
});

test('isIdempotent() is true of the methods that may be repeated (RFC 9110 §9.2.2)', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) assert.equal(isIdempotent(method), true);
  for (const method of ['POST', 'PATCH', 'PURGE', 'get', '']) assert.equal(isIdempotent(method), false);
});

test('retriesFailure() follows the conditions of the policy', () => {
  const timeout = { ...reset(false, ''), status: 504 };
  const cases: readonly [on: RetryCondition, connect: boolean, reset: boolean, timeout: boolean][] = [
    ['5xx', true, true, true],
    ['gateway-error', true, true, true],
    ['reset', true, true, true],
    ['connect-failure', true, false, false],
    ['retriable-4xx', false, false, false],
    ['unavailable', false, false, false],
  ];
  for (const [on, connecting, resetting, timing] of cases) {
    assert.equal(retriesFailure(policy([on]), CONNECT_TIMEOUT), connecting, `${on}: connect`);
    assert.equal(retriesFailure(policy([on]), reset(false, '')), resetting, `${on}: reset`);
    assert.equal(retriesFailure(policy([on]), timeout), timing, `${on}: timeout`);
  }
  assert.equal(retriesFailure(policy(['5xx']), badResponse('http_protocol_error', '')), true);
  assert.equal(retriesFailure(policy([]), CONNECT_TIMEOUT), false);
});

test('retriesFailure() never repeats what the gateway itself refused', () => {
  assert.equal(
    retriesFailure(policy(['5xx', 'gateway-error', 'reset', 'connect-failure']), NO_ENDPOINT),
    false,
  );
});

test('retriesResponse() follows the conditions of the policy', () => {
  const cases: readonly [policy: RetryPolicy, head: ResponseHead, repeated: boolean][] = [
    [policy(['5xx']), response(500), true],
    [policy(['5xx']), response(499), false],
    [policy(['gateway-error']), response(500), false],
    [policy(['gateway-error']), response(502), true],
    [policy(['gateway-error']), response(504), true],
    [policy(['gateway-error']), response(505), false],
    [policy(['retriable-4xx']), response(409), true],
    [policy(['retriable-4xx']), response(404), false],
    [policy(['retriable-status-codes'], [418]), response(418), true],
    [policy(['retriable-status-codes'], [418]), response(419), false],
    [policy(['cancelled']), response(200, ['grpc-status', '1']), true],
    [policy(['unavailable']), response(200, ['grpc-status', '14']), true],
    [policy(['unavailable']), response(200, ['grpc-status', '1']), false],
    [policy(['unavailable']), response(503), false],
    [policy(['reset', 'connect-failure']), response(503), false],
    [policy(['reset', '5xx']), response(503), true],
    [policy([]), response(503), false],
  ];
  for (const [rule, head, repeated] of cases)
    assert.equal(retriesResponse(rule, head), repeated, `${rule.on}: ${head.status} ${head.headers}`);
});

test('backoffMs() doubles from 25 ms, is 250 ms at most, and anything below that', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 50].map((retry) => backoffMs(retry, 1)),
    [25, 50, 100, 200, 250, 250, 250],
  );
  assert.equal(backoffMs(3, 0.5), 50);
  assert.equal(backoffMs(3, 0), 0);
});
