import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/compile/part.ts';
import { Place } from '../../src/compile/place.ts';

const ROOT = { kind: 'HTTPProxy', namespace: 'default', name: 'root' } as const;

test('Place writes problems with the path of its field', () => {
  const problems: Problem[] = [];
  const place = Place.of(ROOT, problems).at('spec').at('routes').item(2).scope('route');
  place.at('timeoutPolicy.idle').error('RouteError/TimeoutPolicyNotValid', 'bad');
  place.ignored('unused');
  assert.deepEqual(problems, [
    {
      object: ROOT,
      severity: 'error',
      type: 'RouteError',
      reason: 'TimeoutPolicyNotValid',
      field: 'spec.routes[2].timeoutPolicy.idle',
      message: 'bad',
    },
    {
      object: ROOT,
      severity: 'warning',
      type: 'SpecError',
      reason: 'IgnoredField',
      field: 'spec.routes[2]',
      message: 'unused',
    },
  ]);
});

test('Place keeps effects within their scope', () => {
  const host = Place.of(ROOT, []);
  const route = host.at('spec.routes[0]').scope('route');
  route.at('a').error('IPFilterError/InvalidCIDR', 'bad');
  assert.deepEqual([route.has('route-503'), route.failed, host.failed], [true, true, false]);
  host.at('b').error('IPFilterError/InvalidCIDR', 'bad');
  assert.equal(host.has('host-off'), true);
  assert.equal(route.has('host-off'), false);
});

test('Place writes on another object, within its scope or outside', () => {
  const problems: Problem[] = [];
  const host = Place.of(ROOT, problems);
  const child = { ...ROOT, name: 'child' };
  host.elsewhere(child, 'include').error('IncludeError/IncludeNotFound', 'gone');
  assert.equal(host.failed, false);
  host.as('tcpproxy').on(child).error('TCPProxyError/NothingDefined', 'empty');
  assert.equal(host.has('host-off'), true);
  assert.deepEqual(
    problems.map(({ object }) => object.name),
    ['child', 'child'],
  );
});

test('Place has no effect from a warning', () => {
  const host = Place.of(ROOT, []);
  host.warning('VirtualHostError/DuplicateVhost', 'older');
  assert.equal(host.failed, false);
});

test('Place throws for a reason that cannot be found at its level', () => {
  const host = Place.of(ROOT, []);
  assert.throws(() => host.error('ServiceError/UnsupportedProtocol', 'x'), /no effect/);
});
