import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileJsonPath } from '../../../src/admin/kube/json-path.ts';

const VALUE = {
  spec: { list: [{ n: 1 }, { n: 2 }], 'a.b': 'dotted' },
  status: {
    conditions: [
      { type: 'Ready', status: 'False' },
      { type: 'Valid', status: 'True' },
    ],
  },
};

const CASES: readonly (readonly [path: string, found: readonly unknown[]])[] = [
  ['.spec.list[0].n', [1]],
  ['.spec.list[*].n', [1, 2]],
  ['.spec.list[7].n', []],
  ["['spec']['a.b']", ['dotted']],
  ['.spec.*', [VALUE.spec.list, 'dotted']],
  ['.status.conditions[?(@.type=="Valid")].status', ['True']],
  [".status.conditions[?(@.type == 'None')].status", []],
  ['.spec.nothing.below', []],
  ['.spec.list.n', []],
  ['.constructor', []],
];

for (const [path, found] of CASES) {
  test(`compileJsonPath() finds ${JSON.stringify(found)} by ${path}`, () => {
    assert.deepEqual(compileJsonPath(path)(VALUE), found);
  });
}

for (const path of ['spec', '.a[', '.a[-1]', '.a[?(@.b>1)]', '..a', '.a b']) {
  test(`compileJsonPath() throws for ${path}`, () => {
    assert.throws(() => compileJsonPath(path), /Cannot read JSONPath/);
  });
}
