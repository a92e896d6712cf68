import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileLoadBalancer } from '../../../src/compile/policies/load-balancer.ts';
import { findings } from '../findings.ts';

type Policy = Parameters<typeof compileLoadBalancer>[0];
const compile = (policy: Policy) => findings((place) => compileLoadBalancer(policy, place));
const STRATEGY = 'warning SpecError/IgnoredField at.strategy';

test('compileLoadBalancer() knows the strategies', () => {
  const cases: [string, string, string[]][] = [
    ['', 'round-robin', []],
    ['RoundRobin', 'round-robin', []],
    ['Random', 'random', []],
    ['WeightedLeastRequest', 'least-request', []],
    ['Cookie', 'round-robin', [STRATEGY]],
    ['roundrobin', 'round-robin', [STRATEGY]],
  ];
  for (const [strategy, value, reports] of cases) {
    const found = compile({ strategy });
    assert.deepEqual([found.value, found.reports], [value, reports], strategy);
  }
  assert.equal(compile(undefined).value, 'round-robin');
});

test('compileLoadBalancer() reports bad hash items; parameter names are case-sensitive', () => {
  const { reports } = compile({
    strategy: 'RequestHash',
    requestHashPolicies: [
      { queryParameterHashOptions: { parameterName: 'userId' } },
      { queryParameterHashOptions: { parameterName: 'userid' } },
      { headerHashOptions: { headerName: 'X-A' } },
      { headerHashOptions: { headerName: 'x-a' } },
      { hashSourceIP: true, headerHashOptions: { headerName: 'b' } },
      { queryParameterHashOptions: { parameterName: '' } },
    ],
  });
  assert.deepEqual(reports, [
    'warning SpecError/IgnoredField at.requestHashPolicies[3]',
    'warning SpecError/IgnoredField at.requestHashPolicies[4]',
    'warning SpecError/IgnoredField at.requestHashPolicies[5]',
    STRATEGY,
  ]);
});

test('compileLoadBalancer() says when no hash item is left', () => {
  assert.deepEqual(compile({ strategy: 'RequestHash' }).reports, [
    'warning SpecError/IgnoredField at.requestHashPolicies',
    STRATEGY,
  ]);
});
