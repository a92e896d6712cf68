import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summaryOf } from '../../src/admin/summary.ts';
import type { KubeObject } from '../../src/resources/kinds.ts';
import { StatusStore } from '../../src/resources/status.ts';
import { Store } from '../../src/resources/store.ts';
import { fakeGateway, WEB } from './fake-gateway.ts';

test('summaryOf() counts what is served', () => {
  assert.deepEqual(summaryOf(fakeGateway()).served, [
    ['hosts', 2],
    ['routes', 3],
    ['upstreams', 1],
    ['endpoints', 1],
    ['certificates', 1],
  ]);
});

test('summaryOf() tells objects that are not valid, and certificates with warnings', () => {
  const { troubled, moreTroubled, certificates } = summaryOf(fakeGateway());
  assert.deepEqual(troubled, [
    { object: 'HTTPProxy team/api', status: 'orphaned', text: 'nobody <includes> it' },
  ]);
  assert.equal(moreTroubled, 0);
  assert.deepEqual(
    certificates.map(({ name }) => name),
    ['shop/shop-tls'],
  );
});

test('summaryOf() tells the errors of a condition that does not hold', () => {
  const statuses = new StatusStore();
  const errors = [{ type: 'RouteError', status: 'True', reason: 'x', message: 'spec.routes[0]: is odd' }];
  const lastTransitionTime = '2026-07-01T00:00:00Z';
  const condition = {
    type: 'Valid',
    status: 'False',
    reason: 'ErrorPresent',
    message: 'see',
    lastTransitionTime,
  };
  statuses.set(WEB, { currentStatus: 'invalid', conditions: [{ ...condition, errors }] } as Parameters<
    StatusStore['set']
  >[1]);
  assert.deepEqual(summaryOf(fakeGateway({ statuses })).troubled, [
    { object: 'HTTPProxy shop/web', status: 'invalid', text: 'spec.routes[0]: is odd' },
  ]);
});

test('summaryOf() shows fifty objects in trouble and counts the others', () => {
  const store = new Store();
  for (let i = 0; i < 60; i++) {
    const metadata = { namespace: 'shop', name: `p${i}` };
    const proxy = { kind: 'HTTPProxy', apiVersion: 'projectcontour.io/v1', metadata, spec: {} };
    store.upsert(proxy as KubeObject, { rank: 1, name: 'm' });
  }
  const statuses = { get: () => ({ currentStatus: 'invalid' }) };
  const { troubled, moreTroubled } = summaryOf(fakeGateway({ store, statuses }));
  assert.deepEqual([troubled.length, moreTroubled], [50, 10]);
});
