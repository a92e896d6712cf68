import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldError, formatPath } from '../../src/resources/schema.ts';

test('formatPath() writes a path as people do', () => {
  assert.equal(formatPath(['spec', 'routes', 2, 'services', 0, 'port']), 'spec.routes[2].services[0].port');
  assert.equal(formatPath(['data', 'tls.key']), 'data["tls.key"]');
  assert.equal(formatPath([]), '');
});

test('fieldError() puts the field before the text, if there is one', () => {
  assert.equal(fieldError(['spec'], 'Required value').message, 'spec: Required value');
  assert.equal(fieldError([], 'Invalid value').message, 'Invalid value');
});
