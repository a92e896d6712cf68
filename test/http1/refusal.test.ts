import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asResponseRefusal, refuseRequest, refuseResponse } from '../../src/http1/refusal.ts';

test('refuseRequest() and refuseResponse() make values of one shape', () => {
  assert.deepEqual(Object.keys(refuseRequest(405, 'x', ['allow', 'GET'])), Object.keys(refuseResponse('x')));
  assert.deepEqual(refuseRequest(405, 'x', ['allow', 'GET']).headers, ['allow', 'GET']);
});

test('asResponseRefusal() keeps the detail and names the fault', () => {
  const large = asResponseRefusal(refuseRequest(431, 'head is too large'));
  assert.deepEqual([large.status, large.error], [502, 'http_response_header_section_size']);
  const other = asResponseRefusal(refuseRequest(400, 'detail'));
  assert.deepEqual([other.status, other.error, other.detail], [502, 'http_protocol_error', 'detail']);
});
