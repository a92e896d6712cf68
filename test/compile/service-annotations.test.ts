import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  serviceAnnotationWarnings,
  serviceBreaker,
  serviceProtocol,
} from '../../src/compile/service-annotations.ts';
import { DEFAULT_COMPILE } from '../../src/config.ts';
import { service } from './test-objects.ts';

const DEFAULTS = DEFAULT_COMPILE.breaker;

test('serviceBreaker() lays annotations over the defaults field by field', () => {
  const annotations = {
    'projectcontour.io/max-connections': '10',
    'projectcontour.io/max-retries': '7',
    'projectcontour.io/per-host-max-connections': '5',
  };
  assert.deepEqual(serviceBreaker(service('a/web', { annotations }), DEFAULTS), {
    ...DEFAULTS,
    connections: 10,
    retries: 7,
    perEndpointConnections: 5,
  });
  const rest = { 'projectcontour.io/max-pending-requests': '2', 'projectcontour.io/max-requests': '3' };
  assert.deepEqual(serviceBreaker(service('a/web', { annotations: rest }), DEFAULTS), {
    ...DEFAULTS,
    pendingRequests: 2,
    requests: 3,
  });
});

test('serviceBreaker() keeps the default for zero and for what is no 32-bit number', () => {
  for (const value of ['0', '-1', '1.5', 'many', '', '4294967296', '99999999999']) {
    const annotations = { 'projectcontour.io/max-connections': value };
    assert.deepEqual(serviceBreaker(service('a/web', { annotations }), DEFAULTS), DEFAULTS, value);
  }
});

test('serviceBreaker() ignores other prefixes', () => {
  const annotations = { 'contour.heptio.com/max-connections': '1' };
  assert.deepEqual(serviceBreaker(service('a/web', { annotations }), DEFAULTS), DEFAULTS);
});

test('serviceProtocol() reads appProtocol, then the annotation by port name, then by number', () => {
  const key = (protocol: string) => `projectcontour.io/upstream-protocol.${protocol}`;
  const cases = [
    { appProtocol: 'kubernetes.io/h2c', annotations: {}, expected: 'h2c' },
    { appProtocol: 'https', annotations: {}, expected: 'tls' },
    { appProtocol: 'http', annotations: { [key('tls')]: '80' }, expected: null },
    { appProtocol: 'kubernetes.io/ws', annotations: { [key('tls')]: '80' }, expected: null },
    { appProtocol: 'https.example/x', annotations: { [key('h2')]: 'http' }, expected: null },
    { annotations: {}, expected: null },
    { annotations: { [key('tls')]: '443, http' }, expected: 'tls' },
    { annotations: { [key('h2')]: '80' }, expected: 'h2' },
    { annotations: { [key('h2c')]: 'http', [key('tls')]: '80' }, expected: 'h2c' },
    { annotations: { [key('h2')]: '80', [key('tls')]: '80' }, expected: 'tls' },
    { annotations: { [key('tls')]: '8080,https' }, expected: null },
    { annotations: { [key('h3')]: '80' }, expected: null },
  ] as const;
  for (const { annotations, expected, ...rest } of cases) {
    const port = { name: 'http', port: 80, ...rest };
    const found = serviceProtocol(service('a/web', { annotations }), port);
    assert.equal(found, expected, JSON.stringify({ annotations, rest }));
  }
});

test('serviceAnnotationWarnings() names unknown keys and values that do not parse', () => {
  const annotations = {
    'projectcontour.io/max-connections': 'ten',
    'projectcontour.io/max-requests': '0',
    'projectcontour.io/upstream-protocol.h2': '443',
    'projectcontour.io/upstream-protocol.h3': '443',
    'projectcontour.io/num-retries': '3',
    'example.com/max-connections': 'ten',
  };
  assert.deepEqual(serviceAnnotationWarnings(service('a/web', { annotations })), [
    'Service a/web: cannot parse annotation projectcontour.io/max-connections "ten": must be a number from 0 to 4294967295; the default holds',
    'Service a/web: annotation projectcontour.io/upstream-protocol.h3 is not known for a Service and has no effect; remove it',
    'Service a/web: annotation projectcontour.io/num-retries is not known for a Service and has no effect; remove it',
  ]);
});
