import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForeignGuard } from '../../../src/compile/ingress/foreign-guards.ts';
import { IngressReport } from '../../../src/compile/ingress/report.ts';
import { ingress } from '../test-objects.ts';

const CASES: readonly (readonly [annotations: Record<string, string>, guards: readonly string[]])[] = [
  [{}, []],
  [{ 'nginx.ingress.kubernetes.io/rewrite-target': '/' }, []],
  [{ 'nginx.ingress.kubernetes.io/auth-url': 'http://a.test/' }, ['auth-url']],
  [{ 'nginx.ingress.kubernetes.io/enable-modsecurity': 'false' }, []],
  [{ 'nginx.ingress.kubernetes.io/auth-tls-verify-client': 'off' }, []],
  [
    {
      'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8',
      'nginx.ingress.kubernetes.io/auth-type': 'basic',
    },
    ['auth-type', 'whitelist-source-range'],
  ],
  [{ 'example.com/auth-url': 'http://a.test/' }, []],
];

for (const [annotations, guards] of CASES) {
  test(`asksForeignGuard() finds ${guards.join(', ') || 'none'} in ${JSON.stringify(annotations)}`, () => {
    const object = ingress('a/web', { annotations });
    const report = new IngressReport(object);
    assert.equal(asksForeignGuard(object, report), guards.length > 0);
    assert.deepEqual(
      report.problems.map(({ severity, reason, field }) => `${severity} ${reason} ${field}`),
      guards.map(
        (name) => `error GuardNotSupported metadata.annotations[nginx.ingress.kubernetes.io/${name}]`,
      ),
    );
  });
}
