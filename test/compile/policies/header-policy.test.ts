import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderPolicyContext } from '../../../src/compile/policies/header-policy.ts';
import {
  compileRequestHeaders,
  compileResponseHeaders,
} from '../../../src/compile/policies/header-policy.ts';
import { findings } from '../findings.ts';

const VARIABLES = { namespace: 'ns', serviceName: null, servicePort: null };
type Policy = Parameters<typeof compileRequestHeaders>[0];

function request(policy: Policy, global: HeaderPolicyContext['global'] = null) {
  return findings((place) =>
    compileRequestHeaders(policy, {
      place,
      code: 'RouteError/RequestHeadersPolicyInvalid',
      variables: VARIABLES,
      global,
    }),
  );
}

function response(policy: Policy, global: HeaderPolicyContext['global'] = null) {
  return findings((place) =>
    compileResponseHeaders(policy, {
      place,
      code: 'RouteError/ResponseHeaderPolicyInvalid',
      variables: VARIABLES,
      global,
    }),
  );
}

const text = (value: string) => [{ kind: 'text', text: value }];

test('compileRequestHeaders() gives nothing for nothing', () => {
  assert.equal(request(undefined).value, null);
  assert.equal(request({ set: [], remove: [] }).value, null);
});

test('compileRequestHeaders() lower-cases names and takes Host out as a rewrite', () => {
  const { value } = request({
    set: [
      { name: 'X-A', value: '1' },
      { name: 'Host', value: 'a.example' },
      { name: 'host', value: 'b.example' },
    ],
    remove: ['X-B', 'X-A'],
  });
  assert.deepEqual(value, {
    kind: 'request-headers',
    remove: ['x-b', 'x-a'],
    set: [{ name: 'x-a', value: text('1') }],
    host: text('b.example'),
  });
});

test('compileRequestHeaders() merges the controller policy: own sets win, removes are united', () => {
  const global = { set: { 'x-a': 'global', 'x-c': '3', host: 'g.example' }, remove: ['x-b', 'x-d'] };
  const { value } = request({ set: [{ name: 'X-A', value: 'own' }], remove: ['x-b'] }, global);
  assert.deepEqual(value, {
    kind: 'request-headers',
    remove: ['x-b', 'x-d'],
    set: [
      { name: 'x-a', value: text('own') },
      { name: 'x-c', value: text('3') },
    ],
    host: text('g.example'),
  });
});

test('compileRequestHeaders() and compileResponseHeaders() reject', () => {
  const set = (name: string, value: string): Policy => ({ set: [{ name, value }] });
  const both: Policy = {
    set: [
      { name: 'a', value: '1' },
      { name: 'A', value: '2' },
    ],
  };
  const requests: [Policy, string][] = [
    [set('', 'a'), 'set[0]'],
    [set(':path', 'a'), 'set[0]'],
    [set('a', ''), 'set[0]'],
    [set('a', 'b\nc'), 'set[0]'],
    [set('Host', 'b\0c'), 'set[0]'],
    [both, 'set[1]'],
    [{ remove: ['a', 'A'] }, 'remove'],
    [{ remove: ['Host'] }, 'remove'],
    [{ remove: ['a b'] }, 'remove'],
  ];
  for (const [policy, field] of requests) {
    const { value, reports } = request(policy);
    assert.equal(value, null);
    assert.deepEqual(reports, [`error RouteError/RequestHeadersPolicyInvalid at.${field}`]);
  }
  assert.deepEqual(response(set('Host', 'a')).reports, [
    'error RouteError/ResponseHeaderPolicyInvalid at.set[0]',
  ]);
});

test('compileResponseHeaders() leaves the framing of the message alone, with a warning', () => {
  const { value, reports } = response(
    { set: [{ name: 'Content-Length', value: '1' }], remove: ['Transfer-Encoding', 'Host'] },
    { set: { 'content-length': '5' }, remove: ['content-length'] },
  );
  assert.deepEqual(value, { kind: 'response-headers', remove: ['host'], set: [] });
  assert.deepEqual(reports, [
    'warning SpecError/IgnoredField at.set[0]',
    'warning SpecError/IgnoredField at.remove',
  ]);
});
