import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grpcAnswer } from '../../../src/proxy/grpc/answer.ts';

const CALL = ['te', 'trailers', 'content-type', 'application/grpc+proto'];
const GIVEN = { status: 503, headers: [], body: '', error: 'destination_unavailable' };

test('grpcAnswer() names the failure in the fields of one head', () => {
  assert.deepEqual(
    grpcAnswer(CALL, { ...GIVEN, headers: ['proxy-status', 'sluice; error=x', 'retry-after', '1'] }),
    [
      ...['content-type', 'application/grpc+proto', 'grpc-status', '14'],
      ...['grpc-message', 'sluice: destination_unavailable'],
      ...['proxy-status', 'sluice; error=x', 'retry-after', '1'],
    ],
  );
});

test('grpcAnswer() answers gRPC-web the same way, by its own type', () => {
  for (const type of ['application/grpc-web', 'application/grpc-web-text+proto']) {
    const headers = grpcAnswer(['content-type', type], { ...GIVEN, status: 404, error: null });
    assert.deepEqual(headers, ['content-type', type, 'grpc-status', '12']);
  }
});

test('grpcAnswer() tells a plain text body as the message, and no other', () => {
  const given = { ...GIVEN, status: 403, body: 'no ünicorns\n' };
  const messageOf = (headers: string[]): string | undefined => grpcAnswer(CALL, { ...given, headers })?.[5];
  assert.equal(messageOf([]), 'no %C3%BCnicorns%0A');
  assert.equal(messageOf(['content-type', 'text/plain; charset=utf-8']), 'no %C3%BCnicorns%0A');
  assert.equal(messageOf(['content-type', 'text/html']), 'sluice: destination_unavailable');
});

test('grpcAnswer() drops the fields of a body that is not sent', () => {
  const headers = grpcAnswer(CALL, {
    ...GIVEN,
    headers: ['content-type', 'text/html', 'content-language', 'de', 'x', 'y'],
  });
  assert.deepEqual(headers?.slice(6), ['x', 'y']);
});

test('grpcAnswer() leaves alone who does not call by gRPC, what is no failure, and 421', () => {
  for (const type of ['application/json', 'application/grpcx', 'application/grpc-webx'])
    assert.equal(grpcAnswer(['content-type', type], GIVEN), null, type);
  assert.equal(grpcAnswer([], GIVEN), null);
  for (const status of [200, 204, 301, 308, 421])
    assert.equal(grpcAnswer(CALL, { ...GIVEN, status }), null, `${status}`);
});
