import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDraft } from '../../src/config/draft.ts';
import { PROCESS_OPTIONS } from '../../src/config/process-options.ts';

/** A good value of each flag, how the draft then differs from the defaults, and a bad one. */
const CASES: Readonly<Record<string, { good: unknown; gives: object; bad: unknown }>> = {
  manifests: { good: ['a', 'b'], gives: { static: { manifests: ['a', 'b'] } }, bad: 1 },
  kubeconfig: { good: 'f', gives: { kubeconfig: 'f' }, bad: '' },
  context: { good: 'c', gives: { context: 'c' }, bad: '' },
  http: { good: '1.2.3.4:5', gives: { static: { http: { address: '1.2.3.4', port: 5 } } }, bad: '5' },
  https: { good: 'off', gives: { static: { https: null } }, bad: 'no' },
  admin: { good: '[::]:1', gives: { static: { admin: { address: '::', port: 1 } } }, bad: 'off' },
  health: { good: '1.2.3.4:5', gives: { static: { health: { address: '1.2.3.4', port: 5 } } }, bad: '5' },
  'admin-host': { good: ['A.b'], gives: { static: { adminHosts: ['a.b'] } }, bad: 5 },
  'default-certificate': {
    good: 'ns/name',
    gives: { static: { defaultCertificate: { kind: 'secret', namespace: 'ns', name: 'name' } } },
    bad: 'name',
  },
  workers: { good: '3', gives: { static: { workers: 3 } }, bad: '0' },
  'ingress-class': { good: ['x'], gives: { compile: { ingressClasses: ['x'] } }, bad: null },
  'root-namespaces': { good: 'a,b', gives: { compile: { rootNamespaces: ['a', 'b'] } }, bad: null },
  'watch-namespaces': { good: 'a', gives: { static: { watchNamespaces: ['a'] } }, bad: null },
  'proxy-protocol': { good: 'required', gives: { static: { proxyProtocol: 'required' } }, bad: 'on' },
  'trusted-proxies': { good: '::/0', gives: { static: { trustedProxies: ['::/0'] } }, bad: 'x' },
  status: { good: 'none', gives: { static: { writeStatus: false } }, bad: 'no' },
  'log-level': { good: 'debug', gives: { static: { logLevel: 'debug' } }, bad: 'all' },
  'log-format': { good: 'text', gives: { logFormat: 'text' }, bad: 'xml' },
  redis: { good: 'redis://h', gives: { static: { redisUrl: 'redis://h' } }, bad: '' },
  'access-log': { good: '/f', gives: { static: { accessLog: { kind: 'file', path: '/f' } } }, bad: '' },
  'drain-delay': { good: '2', gives: { static: { drainDelayMs: 2000 } }, bad: '-1' },
  'drain-timeout': { good: '2', gives: { static: { drainTimeoutMs: 2000 } }, bad: 'x' },
  state: { good: '/d', gives: { static: { stateDir: '/d' } }, bad: '' },
};

test('PROCESS_OPTIONS are the flags of `sluice run`', () => {
  assert.deepEqual(
    PROCESS_OPTIONS.map(({ flag }) => flag),
    Object.keys(CASES),
  );
});

for (const option of PROCESS_OPTIONS) {
  test(`PROCESS_OPTIONS apply --${option.flag}`, () => {
    const { good, gives, bad } = CASES[option.flag] ?? assert.fail('no case');
    const draft = newDraft();
    assert.equal(option.apply(draft, good), undefined);
    assert.partialDeepStrictEqual(draft, gives);
    const untouched = newDraft();
    assert.match(option.apply(untouched, bad) ?? '', /^must|^holds/);
    assert.deepEqual(untouched, newDraft());
  });
}
