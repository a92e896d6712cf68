import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_CERTIFICATE,
  DEFAULT_COMPILE,
  DEFAULT_SETTINGS,
  type DefaultCertificate,
} from '../src/config.ts';
import { ControlPlane } from '../src/control-plane.ts';
import { silentLogger } from '../src/lib/logger.ts';
import type { Kinds } from '../src/resources/kinds.ts';
import { StatusStore } from '../src/resources/status.ts';
import { Store } from '../src/resources/store.ts';
import type { ConfigDelta } from '../src/workers/current-state.ts';
import { makeCertificate, tlsSecret } from './compile/test-certificates.ts';
import { service } from './compile/test-objects.ts';

const MANIFEST = { rank: 1, name: 'test' };

function proxy(prefix: string): Kinds['HTTPProxy'] {
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'shop', name: 'web', generation: 1 },
    spec: {
      virtualhost: { fqdn: 'web.test' },
      routes: [{ conditions: [{ prefix }], services: [{ name: 'web', port: 80 }] }],
    },
  };
}

/** A control plane over a store, whose deltas are kept and acknowledged by hand. */
function setUp(defaultCertificate: DefaultCertificate = { kind: 'none' }) {
  const store = new Store();
  const statuses = new StatusStore();
  const deltas: ConfigDelta[] = [];
  let acknowledge = (): void => {};
  let acknowledged: Promise<void> = Promise.resolve();
  const control = new ControlPlane({
    store,
    statuses,
    settings: DEFAULT_SETTINGS,
    compile: DEFAULT_COMPILE,
    defaultCertificate,
    selfSigned: null,
    logger: silentLogger,
    wall: () => 0,
    send: (delta) => {
      deltas.push(delta);
      return acknowledged;
    },
  });
  store.subscribe((changes) => control.note(changes));
  return {
    store,
    statuses,
    deltas,
    control,
    holdAcknowledgements() {
      acknowledged = new Promise((resolve) => {
        acknowledge = resolve;
      });
    },
    acknowledge: () => acknowledge(),
  };
}

const WEB = { kind: 'HTTPProxy', namespace: 'shop', name: 'web' } as const;

test('ControlPlane sends everything first, then only what changed', async () => {
  const { store, control, deltas } = setUp();
  store.upsert(service('shop/web'), MANIFEST);
  store.upsert(proxy('/a'), MANIFEST);
  await control.apply();
  store.upsert(proxy('/b'), MANIFEST);
  await control.apply();
  await control.apply();
  assert.deepEqual(
    deltas.map(({ version, settings, hosts, upstreams }) => ({
      version,
      settings: settings !== undefined,
      hosts: hosts.set.length,
      upstreams: upstreams.set.length,
    })),
    [
      { version: 1, settings: true, hosts: 1, upstreams: 1 },
      { version: 2, settings: false, hosts: 1, upstreams: 0 },
    ],
  );
  assert.equal(control.snapshot.version, 2);
});

test('ControlPlane writes status only when the workers acknowledged', async () => {
  const { store, control, statuses, holdAcknowledgements, acknowledge } = setUp();
  store.upsert(service('shop/web'), MANIFEST);
  store.upsert(proxy('/a'), MANIFEST);
  holdAcknowledgements();
  const applied = control.apply();
  assert.equal(statuses.get(WEB), undefined);
  acknowledge();
  await applied;
  assert.equal(statuses.get(WEB)?.currentStatus, 'valid');
  assert.equal(statuses.get(WEB)?.conditions?.[0]?.lastTransitionTime, '1970-01-01T00:00:00.000Z');
});

test('ControlPlane forgets the status of an object that is gone', async () => {
  const { store, control, statuses } = setUp();
  store.upsert(proxy('/a'), MANIFEST);
  await control.apply();
  assert.notEqual(statuses.get(WEB), undefined);
  store.remove(WEB, MANIFEST);
  await control.apply();
  assert.equal(statuses.get(WEB), undefined);
});

test('ControlPlane.reconfigure() sends the settings with the next delta', async () => {
  const { control, deltas } = setUp();
  await control.apply();
  control.reconfigure({ ...DEFAULT_SETTINGS, mergeSlashes: false }, DEFAULT_COMPILE);
  await control.apply();
  assert.equal(deltas.length, 2);
  assert.equal(deltas[1]?.settings?.mergeSlashes, false);
});

async function fallbackSecret(): Promise<Kinds['Secret']> {
  const { certPem, keyPem } = await makeCertificate({ dnsNames: ['a.test'] });
  const secret = tlsSecret('edge/fallback', { 'tls.crt': certPem, 'tls.key': keyPem });
  return { ...secret, apiVersion: 'v1', kind: 'Secret' };
}

test('ControlPlane follows the Secret of the default certificate', async () => {
  const { store, control, deltas } = setUp({ kind: 'secret', namespace: 'edge', name: 'fallback' });
  await control.apply();
  assert.deepEqual(deltas[0]?.certificates, { set: [], remove: [] });
  store.upsert(await fallbackSecret(), MANIFEST);
  await control.apply();
  assert.equal(deltas[1]?.certificates.set[0]?.name, DEFAULT_CERTIFICATE);
  store.upsert(await fallbackSecret(), MANIFEST);
  await control.apply();
  assert.notEqual(deltas[2]?.certificates.set[0]?.chain, deltas[1]?.certificates.set[0]?.chain);
  store.remove({ kind: 'Secret', namespace: 'edge', name: 'fallback' }, MANIFEST);
  await control.apply();
  assert.deepEqual(deltas[3]?.certificates.remove, [DEFAULT_CERTIFICATE]);
});
