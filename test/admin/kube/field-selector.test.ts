import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFieldSelector } from '../../../src/admin/kube/field-selector.ts';

const OBJECT = { namespace: 'shop', name: 'web' };

const CASES: readonly (readonly [selector: string, selected: boolean])[] = [
  ['', true],
  ['metadata.name=web', true],
  ['metadata.name==web', true],
  ['metadata.name!=web', false],
  ['metadata.name=api', false],
  ['metadata.namespace=shop,metadata.name=web', true],
  ['metadata.namespace!=shop,metadata.name=web', false],
];

for (const [selector, selected] of CASES) {
  test(`parseFieldSelector() ${selected ? 'selects' : 'leaves out'} by ${JSON.stringify(selector)}`, () => {
    const parsed = parseFieldSelector(selector);
    assert.equal(parsed.ok && parsed.value(OBJECT), selected);
  });
}

for (const selector of ['status.phase=Active', 'metadata.name', 'metadata.uid=1', 'metadata.name=a,']) {
  test(`parseFieldSelector() refuses ${selector}`, () => {
    const parsed = parseFieldSelector(selector);
    assert.match(parsed.ok ? '' : parsed.error, /only metadata\.name and metadata\.namespace/);
  });
}
