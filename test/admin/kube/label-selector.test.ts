import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLabelSelector } from '../../../src/admin/kube/label-selector.ts';

const LABELS = { app: 'web', 'example.com/tier': 'front', empty: '' };

const CASES: readonly (readonly [selector: string, selected: boolean])[] = [
  ['', true],
  ['app=web', true],
  ['app==web', true],
  ['app = web', true],
  ['app=api', false],
  ['app!=api', true],
  ['app!=web', false],
  ['other!=x', true],
  ['other=x', false],
  ['empty=', true],
  ['app', true],
  ['other', false],
  ['!other', true],
  ['!app', false],
  ['app in (api, web)', true],
  ['app in (api)', false],
  ['other in (api)', false],
  ['app notin (api,x)', true],
  ['app notin (web)', false],
  ['other notin (web)', true],
  ['example.com/tier=front,app in (web,api),!other', true],
  ['app=web,app=api', false],
  ['constructor', false],
];

for (const [selector, selected] of CASES) {
  test(`parseLabelSelector() ${selected ? 'selects' : 'leaves out'} by ${JSON.stringify(selector)}`, () => {
    const parsed = parseLabelSelector(selector);
    assert.equal(parsed.ok && parsed.value(LABELS), selected);
  });
}

for (const selector of ['=', 'a b', 'a in x', 'a in (x', 'a,,b', 'a>1', 'a=b c', 'x'.repeat(5000)]) {
  test(`parseLabelSelector() refuses ${selector.slice(0, 20)}`, () => {
    const parsed = parseLabelSelector(selector);
    assert.match(parsed.ok ? '' : parsed.error, /^Cannot parse labelSelector/);
  });
}
