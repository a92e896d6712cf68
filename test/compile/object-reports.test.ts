import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectReports } from '../../src/compile/object-reports.ts';
import type { Problem } from '../../src/compile/part.ts';
import type { ObjectRef } from '../../src/resources/kinds.ts';
import { Harness, proxy } from './compiler-harness.ts';
import { MemoryView } from './memory-view.ts';

const CHILD: ObjectRef = { kind: 'HTTPProxy', namespace: 'default', name: 'child' };
const ING: ObjectRef = { kind: 'Ingress', namespace: 'default', name: 'ing' };
const problem = (object: ObjectRef, message: string): Problem => ({
  object,
  severity: 'error',
  type: 'RouteError',
  reason: 'TimeoutPolicyNotValid',
  field: 'spec',
  message,
});

function setup() {
  const harness = new Harness();
  harness.hold(proxy('child', 'routes: []'));
  const reports = new ObjectReports(harness.store);
  const take = () => reports.takeStatuses(() => new MemoryView([]));
  return { reports, take, harness };
}

test('ObjectReports calls a child orphaned until a host reaches it', () => {
  const { reports, take } = setup();
  reports.touch('HTTPProxy', 'default/child');
  assert.equal(take().get('default/child')?.currentStatus, 'orphaned');
  reports.setHost('a', { reached: [CHILD], problems: [] });
  assert.equal(take().get('default/child')?.currentStatus, 'valid');
  reports.setHost('a', null);
  assert.equal(take().get('default/child')?.currentStatus, 'orphaned');
});

test('ObjectReports unites the problems of all hosts', () => {
  const { reports, take } = setup();
  reports.setHost('b', { reached: [CHILD], problems: [problem(CHILD, 'two'), problem(CHILD, 'one')] });
  reports.setHost('a', { reached: [CHILD], problems: [problem(CHILD, 'one')] });
  assert.deepEqual(
    take()
      .get('default/child')
      ?.conditions[0].errors.map(({ message }) => message),
    ['spec: one', 'spec: two'],
  );
  reports.setHost('b', { reached: [CHILD], problems: [] });
  assert.equal(take().get('default/child')?.conditions[0].errors.length, 1);
});

test('ObjectReports tells a status once, and none of what is gone', () => {
  const { reports, take, harness } = setup();
  reports.setHost('a', { reached: [CHILD], problems: [] });
  assert.equal(take().size, 1);
  reports.touch('HTTPProxy', 'default/child');
  assert.equal(take().size, 0);
  harness.drop(proxy('child', 'routes: []'));
  reports.setHost('a', null);
  assert.equal(take().size, 0);
});

test('ObjectReports tells problems of Ingresses, and when the last is mended', () => {
  const { reports } = setup();
  reports.setHost('a', { reached: [], problems: [problem(ING, 'bad')] });
  assert.equal(reports.takeIngressProblems().get('default/ing')?.length, 1);
  assert.equal(reports.takeIngressProblems().size, 0);
  reports.setHost('a', { reached: [], problems: [] });
  assert.deepEqual(reports.takeIngressProblems().get('default/ing'), []);
});
