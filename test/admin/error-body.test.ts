import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorBody, statusObject } from '../../src/admin/error-body.ts';

test('statusObject() is a Failure with the reason of its code', () => {
  assert.deepEqual(statusObject(404, 'no such thing', { name: 'web', kind: 'services' }), {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'no such thing',
    reason: 'NotFound',
    details: { name: 'web', kind: 'services' },
    code: 404,
  });
});

test('statusObject() makes a reason of the name of a code that it does not know', () => {
  assert.equal(statusObject(429, '').reason, 'TooManyRequests');
});

for (const path of ['/api', '/api/v1', '/apis', '/apis/x', '/apis?limit=1']) {
  test(`errorBody() is a Status at ${path}`, () => {
    assert.deepEqual(errorBody(path, 405, 'no'), statusObject(405, 'no'));
  });
}

for (const path of ['/', '/v1/routes', '/apisx', '/x/api/v1']) {
  test(`errorBody() is one text at ${path}`, () => {
    assert.deepEqual(errorBody(path, 405, 'no'), { error: 'no' });
  });
}
