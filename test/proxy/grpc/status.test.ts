import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grpcStatusOf } from '../../../src/proxy/grpc/status.ts';

test('grpcStatusOf() maps the statuses of own answers (http2.md, gRPC)', () => {
  const cases: [number, number][] = [
    [400, 13],
    [401, 16],
    [403, 7],
    [404, 12],
    [408, 4],
    [413, 2],
    [429, 14],
    [431, 2],
    [500, 2],
    [501, 2],
    [502, 14],
    [503, 14],
    [504, 14],
  ];
  for (const [status, grpc] of cases) assert.equal(grpcStatusOf(status, null), grpc, `${status}`);
});

test('grpcStatusOf() says DEADLINE_EXCEEDED when a deadline of our own has passed', () => {
  assert.equal(grpcStatusOf(504, 'http_response_timeout'), 4);
  assert.equal(grpcStatusOf(504, 'connection_timeout'), 14);
});
