import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingressSettings } from '../../../src/compile/ingress/annotations.ts';
import { IngressReport } from '../../../src/compile/ingress/report.ts';
import type { CompileOptions } from '../../../src/compile/view.ts';
import { DEFAULT_COMPILE } from '../../../src/config.ts';
import { ingress } from '../test-objects.ts';

function read(annotations: Record<string, unknown>, options: Partial<CompileOptions> = {}) {
  const object = ingress('a/web', { annotations: annotations as Record<string, string> });
  const report = new IngressReport(object);
  const settings = ingressSettings(object, { ...DEFAULT_COMPILE, ...options }, report);
  return { settings, problems: report.problems };
}

/** Annotations by the name after `projectcontour.io/`. */
function ours(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`projectcontour.io/${key}`, value]),
  );
}

test('ingressSettings() has defaults for everything', () => {
  assert.deepEqual(read({}), {
    settings: {
      plain: 'serve',
      tlsVersions: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
      certificateNamespace: '',
      timeouts: { timeouts: { responseMs: 15_000, idleMs: 300_000 }, idleConnectionMs: 4000 },
      retry: null,
      websocketPaths: new Set(),
    },
    problems: [],
  });
});

test('ingressSettings() lets force-ssl-redirect win over allow-http', () => {
  const redirect = 'ingress.kubernetes.io/force-ssl-redirect';
  const allow = 'kubernetes.io/ingress.allow-http';
  const cases = [
    { annotations: { [redirect]: 'true' }, plain: 'redirect' },
    { annotations: { [redirect]: 'false' }, plain: 'serve' },
    { annotations: { [allow]: 'false' }, plain: 'none' },
    { annotations: { [allow]: 'true' }, plain: 'serve' },
    { annotations: { [allow]: 'false', [redirect]: 'true' }, plain: 'redirect' },
    { annotations: { [allow]: 'false', [redirect]: 'false' }, plain: 'none' },
    // A manifest may hold what an API server would refuse.
    { annotations: { [allow]: false }, plain: 'none' },
    { annotations: { 'projectcontour.io/force-ssl-redirect': 'true' }, plain: 'serve' },
  ];
  for (const { annotations, plain } of cases) {
    assert.equal(read(annotations).settings.plain, plain, JSON.stringify(annotations));
  }
});

test('ingressSettings() reports a flag that is neither true nor false', () => {
  const { settings, problems } = read({ 'kubernetes.io/ingress.allow-http': 'no' });
  assert.equal(settings.plain, 'serve');
  assert.deepEqual(problems, [
    {
      object: { kind: 'Ingress', namespace: 'a', name: 'web' },
      severity: 'warning',
      type: 'Ingress',
      reason: 'AnnotationNotValid',
      field: 'metadata.annotations[kubernetes.io/ingress.allow-http]',
      message:
        'cannot use kubernetes.io/ingress.allow-http "no": must be "true" or "false"; it has no effect',
    },
  ]);
});

test('ingressSettings() reads retries only with retry-on', () => {
  const on = { 'retry-on': '5xx, connect-failure' };
  const cases = [
    { annotations: { 'num-retries': '3', 'per-try-timeout': '1s' }, retry: null },
    { annotations: { 'retry-on': '' }, retry: null },
    { annotations: { 'retry-on': ' , ' }, retry: null },
    { annotations: on, retry: { count: 1, perTryTimeoutMs: 0 } },
    { annotations: { ...on, 'num-retries': '0' }, retry: { count: 1, perTryTimeoutMs: 0 } },
    { annotations: { ...on, 'num-retries': '5' }, retry: { count: 5, perTryTimeoutMs: 0 } },
    { annotations: { ...on, 'num-retries': '-1' }, retry: null },
    { annotations: { ...on, 'num-retries': '-2' }, retry: { count: 1, perTryTimeoutMs: 0 } },
    { annotations: { ...on, 'per-try-timeout': '150ms' }, retry: { count: 1, perTryTimeoutMs: 150 } },
    { annotations: { ...on, 'per-try-timeout': '0s' }, retry: { count: 1, perTryTimeoutMs: 0 } },
  ];
  for (const { annotations, retry } of cases) {
    const { settings, problems } = read(ours(annotations));
    const expected = retry && { ...retry, on: ['5xx', 'connect-failure'], statusCodes: [] };
    assert.deepEqual(settings.retry, expected, JSON.stringify(annotations));
    assert.deepEqual(problems, [], JSON.stringify(annotations));
  }
});

test('ingressSettings() reports retry annotations that cannot be used', () => {
  const cases = [
    {
      annotations: { 'retry-on': '5xx,sometimes' },
      key: 'retry-on',
      retry: { count: 1, perTryTimeoutMs: 0 },
    },
    { annotations: { 'retry-on': 'sometimes' }, key: 'retry-on', retry: null },
    {
      annotations: { 'retry-on': '5xx', 'num-retries': 'two' },
      key: 'num-retries',
      retry: { count: 1, perTryTimeoutMs: 0 },
    },
    {
      annotations: { 'retry-on': '5xx', 'num-retries': '9999999999' },
      key: 'num-retries',
      retry: { count: 1, perTryTimeoutMs: 0 },
    },
    {
      annotations: { 'retry-on': '5xx', 'per-try-timeout': 'soon' },
      key: 'per-try-timeout',
      retry: { count: 1, perTryTimeoutMs: 0 },
    },
    {
      annotations: { 'retry-on': '5xx', 'per-try-timeout': '-1s' },
      key: 'per-try-timeout',
      retry: { count: 1, perTryTimeoutMs: 0 },
    },
  ];
  for (const { annotations, key, retry } of cases) {
    const { settings, problems } = read(ours(annotations));
    assert.deepEqual(settings.retry, retry && { ...retry, on: ['5xx'], statusCodes: [] });
    assert.deepEqual(
      problems.map(({ reason, field }) => [reason, field]),
      [['AnnotationNotValid', `metadata.annotations[projectcontour.io/${key}]`]],
    );
  }
});

test('ingressSettings() reads the response timeout, also by its old name', () => {
  const cases = [
    { annotations: { 'response-timeout': '1m30s' }, responseMs: 90_000 },
    { annotations: { 'request-timeout': '5s' }, responseMs: 5000 },
    { annotations: { 'response-timeout': '2s', 'request-timeout': '5s' }, responseMs: 2000 },
    { annotations: { 'response-timeout': 'infinity' }, responseMs: 0 },
    { annotations: { 'response-timeout': 'infinite' }, responseMs: 0 },
    { annotations: { 'response-timeout': '0' }, responseMs: 15_000 },
    { annotations: { 'response-timeout': '0s' }, responseMs: 15_000 },
    { annotations: { 'response-timeout': '' }, responseMs: 15_000 },
  ];
  for (const { annotations, responseMs } of cases) {
    const { settings, problems } = read(ours(annotations));
    assert.equal(settings.timeouts.timeouts.responseMs, responseMs, JSON.stringify(annotations));
    assert.deepEqual(problems, []);
  }
});

test('ingressSettings() keeps the default for a response timeout that cannot be parsed, and says so', () => {
  for (const value of ['5', 'fast', '-1s', '5 s', '1y']) {
    const { settings, problems } = read(ours({ 'response-timeout': value }));
    assert.equal(settings.timeouts.timeouts.responseMs, 15_000, value);
    assert.equal(problems[0]?.field, 'metadata.annotations[projectcontour.io/response-timeout]', value);
  }
});

test('ingressSettings() narrows the TLS versions of the gateway and never widens them', () => {
  const min = 'tls-minimum-protocol-version';
  const max = 'tls-maximum-protocol-version';
  const range = (minVersion: string, maxVersion: string) => ({ minVersion, maxVersion });
  const cases = [
    { annotations: { [min]: '1.3' }, expected: range('TLSv1.3', 'TLSv1.3') },
    { annotations: { [max]: '1.2' }, expected: range('TLSv1.2', 'TLSv1.2') },
    { annotations: { [min]: '1.2', [max]: '1.3' }, expected: range('TLSv1.2', 'TLSv1.3') },
    {
      annotations: { [min]: '1.2' },
      options: { tlsMinVersion: 'TLSv1.3' },
      expected: range('TLSv1.3', 'TLSv1.3'),
    },
    {
      annotations: { [max]: '1.3' },
      options: { tlsMaxVersion: 'TLSv1.2' },
      expected: range('TLSv1.2', 'TLSv1.2'),
    },
  ] as const;
  for (const { annotations, expected, ...rest } of cases) {
    const { settings, problems } = read(ours(annotations), 'options' in rest ? rest.options : {});
    assert.deepEqual(settings.tlsVersions, expected, JSON.stringify(annotations));
    assert.deepEqual(problems, []);
  }
});

test('ingressSettings() has no TLS when the lowest version is above the highest', () => {
  const own = read(ours({ 'tls-minimum-protocol-version': '1.3', 'tls-maximum-protocol-version': '1.2' }));
  const gateway = read(ours({ 'tls-minimum-protocol-version': '1.3' }), { tlsMaxVersion: 'TLSv1.2' });
  for (const { settings, problems } of [own, gateway]) {
    assert.equal(settings.tlsVersions, null);
    assert.deepEqual(
      problems.map(({ severity, reason }) => [severity, reason]),
      [['error', 'TLSVersionsNotValid']],
    );
  }
});

test('ingressSettings() keeps the default for another TLS version, and says so', () => {
  const { settings, problems } = read(ours({ 'tls-minimum-protocol-version': '1.1' }));
  assert.deepEqual(settings.tlsVersions, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
  assert.equal(problems[0]?.reason, 'AnnotationNotValid');
});

test('ingressSettings() reads the certificate namespace and the WebSocket paths', () => {
  const { settings } = read(ours({ 'tls-cert-namespace': ' certs ', 'websocket-routes': '/ws, /chat ,' }));
  assert.equal(settings.certificateNamespace, 'certs');
  assert.deepEqual(settings.websocketPaths, new Set(['/ws', '/chat']));
});

test('ingressSettings() warns of unknown keys under projectcontour.io, and of no others', () => {
  const { problems } = read({
    'projectcontour.io/ingress.class': 'sluice',
    'projectcontour.io/response-timeouts': '5s',
    'projectcontour.io/max-connections': '5',
    'contour.heptio.com/retry-on': '5xx',
    'nginx.ingress.kubernetes.io/rewrite-target': '/',
  });
  assert.deepEqual(
    problems.map(({ severity, reason, message }) => [severity, reason, message]),
    [
      [
        'warning',
        'UnknownAnnotation',
        'annotation "projectcontour.io/response-timeouts" is not known for an Ingress and has no effect; did you mean "projectcontour.io/response-timeout"?',
      ],
      [
        'warning',
        'UnknownAnnotation',
        'annotation "projectcontour.io/max-connections" is not known for an Ingress and has no effect',
      ],
    ],
  );
});
