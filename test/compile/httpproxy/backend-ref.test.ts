import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBackendRef, subjectNames } from '../../../src/compile/httpproxy/backend-ref.ts';
import { findings } from '../findings.ts';

const OPTIONS = {
  namespace: 'shop',
  balancer: 'round-robin',
  idleConnectionMs: 4000,
  healthChecked: false,
} as const;

/** Manifests may hold what the types do not allow. */
function read(service: object, options: Partial<{ healthChecked: boolean }> = {}) {
  return findings((place) =>
    readBackendRef({ name: 'web', port: 80, ...service }, { place, options: { ...OPTIONS, ...options } }),
  );
}

test('readBackendRef() takes what the service says and what its place decides', () => {
  assert.deepEqual(read({}).value, {
    namespace: 'shop',
    service: 'web',
    port: 80,
    protocol: null,
    validation: null,
    balancer: 'round-robin',
    idleConnectionMs: 4000,
  });
  const validation = { caSecret: 'ca', subjectName: 'web.test' };
  const { value, reports } = read({ protocol: 'tls', validation, healthPort: 81 }, { healthChecked: true });
  assert.equal(value?.protocol, 'tls');
  assert.deepEqual(value?.validation, { caSecret: 'ca', subjectNames: ['web.test'] });
  assert.equal(value?.healthPort, 81);
  assert.deepEqual(reports, []);
});

test('readBackendRef() leaves healthPort out where health is not checked', () => {
  assert.equal('healthPort' in (read({ healthPort: 81 }).value ?? {}), false);
});

test('readBackendRef() refuses what is no port', () => {
  for (const port of [1, 65_535]) assert.equal(read({ port }).value?.port, port);
  for (const port of [0, -1, 65_536, 1.5, Number.NaN, '80', null, undefined]) {
    const { value, reports } = read({ port });
    assert.equal(value, null, `${port}`);
    assert.deepEqual(reports, ['error ServiceError/ServicePortInvalid at.port'], `${port}`);
  }
});

test('readBackendRef() refuses protocols that it does not know', () => {
  for (const protocol of ['h2', 'h2c', 'tls']) assert.equal(read({ protocol }).value?.protocol, protocol);
  assert.equal(read({ protocol: '' }).value?.protocol, null);
  for (const protocol of ['h3', 'TLS', 'h2\r\n', '__proto__']) {
    const { value, reports } = read({ protocol });
    assert.equal(value, null, protocol);
    assert.deepEqual(reports, ['error ServiceError/UnsupportedProtocol at.protocol'], protocol);
  }
});

test('subjectNames() takes the list before the single name', () => {
  assert.deepEqual(subjectNames('a', ['b', 'c']), ['b', 'c']);
  assert.deepEqual(subjectNames('a', []), ['a']);
  assert.deepEqual(subjectNames(undefined, undefined), ['']);
});
