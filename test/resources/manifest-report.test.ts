import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReport } from '../../src/resources/manifest-report.ts';

test('formatReport() puts file and line first, then the object if there is one', () => {
  const report = { file: 'm/a.yaml', line: 3, severity: 'error', text: 'spec: Required value' } as const;
  assert.equal(formatReport({ ...report, object: null }), 'm/a.yaml:3: spec: Required value');
  const object = { kind: 'HTTPProxy', namespace: 'default', name: 'web' } as const;
  assert.equal(
    formatReport({ ...report, object }),
    'm/a.yaml:3: HTTPProxy default/web: spec: Required value',
  );
});
