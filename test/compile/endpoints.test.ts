import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileEndpoints } from '../../src/compile/endpoints.ts';
import type { Kinds } from '../../src/resources/kinds.ts';
import { MemoryView } from './memory-view.ts';

type Slice = Kinds['EndpointSlice'];

function slice(parts: Partial<Slice>, serviceName = 'web', name = 'web-1') {
  return {
    kind: 'EndpointSlice' as const,
    metadata: { namespace: 'a', name, labels: { 'kubernetes.io/service-name': serviceName } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: [],
    ...parts,
  };
}

function compile(slices: readonly ReturnType<typeof slice>[], name = 'a/web/http') {
  return compileEndpoints(new MemoryView(slices), name).endpoints.map(
    ({ address, port }) => `${address} ${port}`,
  );
}

test('compileEndpoints() takes ready endpoints, where unknown counts as ready', () => {
  const endpoints = [
    { addresses: ['10.0.0.1'], conditions: { ready: true } },
    { addresses: ['10.0.0.2'], conditions: { ready: false } },
    { addresses: ['10.0.0.3'], conditions: {} },
    { addresses: ['10.0.0.4'] },
    { addresses: ['10.0.0.5'], conditions: { ready: false, serving: true, terminating: true } },
  ];
  assert.deepEqual(compile([slice({ endpoints })]), ['10.0.0.1 8080', '10.0.0.3 8080', '10.0.0.4 8080']);
});

test('compileEndpoints() takes the first address of each endpoint only', () => {
  assert.deepEqual(compile([slice({ endpoints: [{ addresses: ['10.0.0.1', '10.0.0.2'] }] })]), [
    '10.0.0.1 8080',
  ]);
});

test('compileEndpoints() matches TCP ports by the name of the Service port', () => {
  const endpoints = [{ addresses: ['10.0.0.1'] }];
  const ports = [
    { name: 'http', port: 8080 },
    { name: 'http', port: 9999, protocol: 'UDP' },
    { name: 'admin', port: 9000, protocol: 'TCP' },
    { name: 'http' },
    { name: 'http', port: 0 },
    { name: 'http', port: 65_536 },
  ];
  assert.deepEqual(compile([slice({ endpoints, ports })]), ['10.0.0.1 8080']);
  assert.deepEqual(compile([slice({ endpoints, ports })], 'a/web/admin'), ['10.0.0.1 9000']);
  assert.deepEqual(compile([slice({ endpoints, ports })], 'a/web/other'), []);
});

test('compileEndpoints() reads a number as the port without a name', () => {
  const endpoints = [{ addresses: ['10.0.0.1'] }];
  const ports = [{ name: '', port: 1 }, { port: 2 }, { name: 'http', port: 80 }];
  assert.deepEqual(compile([slice({ endpoints, ports })], 'a/web/80'), ['10.0.0.1 1', '10.0.0.1 2']);
});

test('compileEndpoints() unites slices of both families without repeats, sorted', () => {
  const v4 = slice({ endpoints: [{ addresses: ['10.0.0.2'] }, { addresses: ['10.0.0.1'] }] });
  const again = slice({ endpoints: [{ addresses: ['10.0.0.1'] }] }, 'web', 'web-2');
  const v6 = slice({
    addressType: 'IPv6',
    endpoints: [{ addresses: ['2001:DB8::1'] }, { addresses: ['2001:db8:0::1'] }],
  });
  assert.deepEqual(compile([v6, v4, again]), ['10.0.0.1 8080', '10.0.0.2 8080', '2001:db8::1 8080']);
});

test('compileEndpoints() skips FQDN slices, texts that are no address, and zones', () => {
  const endpoints = [{ addresses: ['a.example'] }, { addresses: [] }, { addresses: ['fe80::1%eth0'] }];
  for (const addressType of ['FQDN', 'IPv4', 'IPv6', 'other']) {
    assert.deepEqual(compile([slice({ addressType, endpoints })]), [], addressType);
  }
});

test('compileEndpoints() looks at the slices of its own Service alone', () => {
  const view = new MemoryView([
    slice({ endpoints: [{ addresses: ['10.0.0.1'] }] }),
    slice({ endpoints: [{ addresses: ['10.0.0.9'] }] }, 'other'),
  ]);
  assert.deepEqual(compileEndpoints(view, 'a/web/http'), {
    name: 'a/web/http',
    endpoints: [{ address: '10.0.0.1', port: 8080 }],
  });
  assert.deepEqual(view.reads, ['endpointSlices a/web']);
});

test('compileEndpoints() has nothing for a name that is no Service port', () => {
  for (const name of ['', 'a', 'a/web', 'a/web/', 'a/web/http/x', 'dns:db.example.com:80']) {
    assert.deepEqual(compileEndpoints(new MemoryView([]), name), { name, endpoints: [] }, name);
  }
});

test('compileEndpoints() stands slices whose lists are missing', () => {
  const odd = { ...slice({}), endpoints: null, ports: null };
  assert.deepEqual(compileEndpoints(new MemoryView([odd]), 'a/web/http').endpoints, []);
});
