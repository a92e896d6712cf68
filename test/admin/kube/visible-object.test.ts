import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REDACTED_DATA, visibleObject } from '../../../src/admin/kube/visible-object.ts';
import type { KubeObject } from '../../../src/resources/kinds.ts';
import { fakeGateway, KEY_TEXT, OBJECTS } from '../fake-gateway.ts';

const NO_STATUS = { statuses: { get: () => undefined } };

function held(kind: string, name: string): KubeObject {
  const found = OBJECTS.find((one) => one.kind === kind && one.metadata?.name === name);
  assert.ok(found);
  return found;
}

test('visibleObject() shows of a Secret its names and no value', () => {
  const secret = held('Secret', 'shop-tls');
  const visible = visibleObject(secret, NO_STATUS);
  assert.deepEqual(visible, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...secret.metadata,
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '[redacted]',
        'cert-manager.io/common-name': 'shop.test',
      },
    },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': REDACTED_DATA, 'tls.key': REDACTED_DATA },
  });
  assert.equal(atob(REDACTED_DATA), '[redacted]');
});

for (const [name, value] of [
  ['JSON', `{"a":"${KEY_TEXT}"}`],
  ['YAML', `data:\n  tls.key: ${KEY_TEXT}`],
  ['a long text', KEY_TEXT.repeat(20)],
]) {
  test(`visibleObject() hides an annotation of a Secret that is ${name}`, () => {
    const secret = { kind: 'Secret', metadata: { name: 's', annotations: { 'any.tool/copy': value } } };
    assert.ok(!JSON.stringify(visibleObject(secret as unknown as KubeObject, NO_STATUS)).includes(KEY_TEXT));
  });
}

test('visibleObject() does not change the object of the store', () => {
  const before = JSON.stringify(OBJECTS);
  for (const one of OBJECTS) visibleObject(one, fakeGateway());
  assert.equal(JSON.stringify(OBJECTS), before);
});

test('visibleObject() puts the status of the gateway over what the object had', () => {
  const proxy = held('HTTPProxy', 'web');
  const visible = visibleObject(proxy, fakeGateway());
  assert.deepEqual('status' in visible && visible.status, {
    currentStatus: 'valid',
    description: 'Valid HTTPProxy',
    conditions: [],
  });
  assert.equal(visibleObject(proxy, NO_STATUS), proxy);
});

test('visibleObject() keeps conditions that others wrote', () => {
  const condition = { status: 'True', reason: 'r', message: 'm', lastTransitionTime: '2026-07-01T00:00:00Z' };
  const proxy = {
    ...held('HTTPProxy', 'web'),
    status: {
      conditions: [
        { type: 'Theirs', ...condition },
        { type: 'Valid', ...condition, reason: 'old' },
      ],
    },
  } as KubeObject;
  const own = { conditions: [{ type: 'Valid', ...condition }] };
  const visible = visibleObject(proxy, { statuses: { get: () => own as never } });
  assert.deepEqual('status' in visible && visible.status, {
    conditions: [
      { type: 'Theirs', ...condition },
      { type: 'Valid', ...condition },
    ],
  });
});
