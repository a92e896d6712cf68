import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IngressReport } from '../../../src/compile/ingress/report.ts';
import { ingress } from '../test-objects.ts';

test('IngressReport keeps what is told in order, each problem with its object', () => {
  const report = new IngressReport(ingress('shop/web'));
  report.warning('DuplicateMatch', 'spec.rules[0]', 'remove it');
  report.error('PathNotValid', 'spec.rules[1]', 'begin with "/"');
  const object = { kind: 'Ingress', namespace: 'shop', name: 'web' };
  assert.deepEqual(report.problems, [
    {
      object,
      severity: 'warning',
      type: 'Ingress',
      reason: 'DuplicateMatch',
      field: 'spec.rules[0]',
      message: 'remove it',
    },
    {
      object,
      severity: 'error',
      type: 'Ingress',
      reason: 'PathNotValid',
      field: 'spec.rules[1]',
      message: 'begin with "/"',
    },
  ]);
});

test('IngressReport stands an Ingress without metadata', () => {
  const { object } = new IngressReport({ kind: 'Ingress', apiVersion: 'networking.k8s.io/v1' });
  assert.deepEqual(object, { kind: 'Ingress', namespace: '', name: '' });
});
