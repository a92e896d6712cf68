import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTcpProxy } from '../../../src/compile/httpproxy/tcp-proxy.ts';
import type { Kinds } from '../../../src/resources/kinds.ts';
import { backend, parse, proxy } from '../compiler-harness.ts';
import { findings } from '../findings.ts';
import { MemoryView } from '../memory-view.ts';

const OBJECTS = [
  backend('web'),
  proxy('leaf', 'tcpproxy: { services: [{ name: web, port: 80 }] }'),
  proxy('middle', 'tcpproxy: { includes: { name: leaf } }'),
  proxy('loop', 'tcpproxy: { include: { name: loop } }'),
  proxy('empty', 'routes: []'),
].join('---');

function check(tcpproxy: string, tls = ', tls: { passthrough: true }') {
  const view = new MemoryView(parse(OBJECTS) as never[]);
  const root = parse(proxy('root', `virtualhost: { fqdn: a.example${tls} }\n${tcpproxy}`))[0];
  const visited = new Map();
  const found = findings(
    (place) => checkTcpProxy(root as Kinds['HTTPProxy'], { place, view, visited }),
    'tcpproxy',
  );
  return {
    ...found,
    visited: [...visited.keys()],
    errors: found.reports.filter((text) => text.startsWith('error')),
  };
}

test('checkTcpProxy() takes the host off, and says so', () => {
  const { value, reports } = check('tcpproxy: { services: [{ name: web, port: 80 }] }');
  assert.deepEqual([value, reports], [true, ['warning SpecError/IgnoredField at']]);
  assert.equal(check('routes: []').value, false);
});

test('checkTcpProxy() follows includes, also in the old spelling', () => {
  const { errors, visited } = check('tcpproxy: { include: { name: middle } }');
  assert.deepEqual(errors, []);
  assert.deepEqual(visited, ['default/middle', 'default/leaf']);
});

test('checkTcpProxy() rejects', () => {
  const cases: [string, string][] = [
    ['{}', 'TCPProxyError/NothingDefined at'],
    ['{ services: [] }', 'TCPProxyError/NothingDefined at'],
    [
      '{ services: [{ name: web, port: 80 }], include: { name: leaf } }',
      'TCPProxyError/NoServicesAndInclude at',
    ],
    ['{ services: [{ name: none, port: 80 }] }', 'TCPProxyError/ServiceUnresolvedReference at.services[0]'],
    ['{ include: { name: none } }', 'TCPProxyIncludeError/IncludeNotFound at.include'],
    ['{ include: { name: loop } }', 'TCPProxyIncludeError/IncludeCreatesCycle spec.tcpproxy'],
    ['{ include: { name: empty } }', 'TCPProxyError/NothingDefined spec.tcpproxy'],
  ];
  for (const [tcp, error] of cases)
    assert.deepEqual(check(`tcpproxy: ${tcp}`).errors, [`error ${error}`], tcp);
  assert.deepEqual(check('tcpproxy: { services: [{ name: web, port: 80 }] }', '').errors, [
    'error TCPProxyError/TLSMustBeConfigured at',
  ]);
});
