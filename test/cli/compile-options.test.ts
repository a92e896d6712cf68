import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPILE_FLAGS, OUTPUT_FLAG, readCompileOptions } from '../../src/cli/compile-options.ts';
import { fakeContext } from '../support/command.ts';

test('COMPILE_FLAGS are those that change what objects mean', () => {
  assert.deepEqual(
    COMPILE_FLAGS.map(({ name }) => name),
    ['config', 'ingress-class', 'root-namespaces'],
  );
  assert.equal(OUTPUT_FLAG.name, 'o');
});

test('readCompileOptions() takes them as `sluice run` does, cluster or not', async () => {
  const flags = new Map([
    ['ingress-class', ['contour']],
    ['root-namespaces', ['a,b']],
    ['o', ['json']],
  ]);
  const context = fakeContext({ KUBERNETES_SERVICE_HOST: '10.0.0.1' });
  const options = await readCompileOptions({ help: false, operands: [], flags }, context);
  assert.ok(options.ok);
  assert.deepEqual(options.value.compile.ingressClasses, ['contour']);
  assert.deepEqual(options.value.compile.rootNamespaces, ['a', 'b']);
  assert.equal(options.value.static.cluster, null);
});
