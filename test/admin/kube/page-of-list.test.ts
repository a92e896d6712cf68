import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pageOfList } from '../../../src/admin/kube/page-of-list.ts';
import type { KubeObject } from '../../../src/resources/kinds.ts';

function objects(...names: readonly string[]): KubeObject[] {
  return names.map((text) => {
    const [namespace = '', name = ''] = text.split('/');
    return { kind: 'Service', apiVersion: 'v1', metadata: { namespace, name } };
  });
}

function namesOf(list: readonly KubeObject[]): readonly string[] {
  return list.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
}

function pageOf(list: readonly KubeObject[], query: Readonly<Record<string, string>>) {
  const page = pageOfList(list, new URLSearchParams(query));
  if (!page.ok) assert.fail(page.error);
  return page.value;
}

test('pageOfList() shows all without a limit', () => {
  const list = objects('a/x', 'b/y');
  assert.deepEqual(pageOf(list, {}), { objects: list, metadata: {} });
  assert.deepEqual(pageOf(list, { limit: '0' }).objects, list);
  assert.deepEqual(pageOf(list, { limit: '2' }).metadata, {});
});

test('pageOfList() says how many are left', () => {
  assert.equal(pageOf(objects('a/x', 'a/y', 'b/x'), { limit: '1' }).metadata.remainingItemCount, 2);
});

test('pageOfList() goes on behind an object that is gone', () => {
  const token = String(pageOf(objects('a/x', 'a/y', 'b/x'), { limit: '2' }).metadata.continue);
  assert.deepEqual(namesOf(pageOf(objects('a/x', 'a/z', 'b/x'), { continue: token }).objects), [
    'a/z',
    'b/x',
  ]);
});

test('pageOfList() shows each object once, whatever the limit', () => {
  const name = fc.tuple(fc.constantFrom('', 'a', 'b', 'b-a'), fc.stringMatching(/^[a-c]{1,3}$/));
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { selector: String }),
      fc.integer({ min: 1, max: 5 }),
      (names, limit) => {
        const sorted = names.sort(([ns, n], [ms, m]) => (ns === ms ? (n < m ? -1 : 1) : ns < ms ? -1 : 1));
        const list = objects(...sorted.map(([namespace, own]) => `${namespace}/${own}`));
        const shown: KubeObject[] = [];
        let token = '';
        do {
          const page = pageOf(list, { limit: String(limit), continue: token });
          shown.push(...page.objects);
          token = String(page.metadata.continue ?? '');
        } while (token !== '');
        assert.deepEqual(shown, list);
      },
    ),
  );
});

for (const query of [
  { limit: '-1' },
  { limit: 'x' },
  { limit: '1.5' },
  { continue: 'bm8' },
  { continue: '!' },
]) {
  test(`pageOfList() refuses ${JSON.stringify(query)}`, () => {
    assert.equal(pageOfList(objects('a/x'), new URLSearchParams(query)).ok, false);
  });
}
