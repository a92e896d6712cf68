import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordingView, readKey } from '../../src/compile/recording-view.ts';
import { DEFAULT_COMPILE } from '../../src/config.ts';
import { backend, Harness } from './compiler-harness.ts';

test('RecordingView writes down every look, also one in vain', () => {
  const { store } = harnessWith(backend('web'));
  const view = new RecordingView(store, DEFAULT_COMPILE);
  assert.equal(view.get('Service', 'default', 'web')?.metadata?.name, 'web');
  assert.equal(view.get('Secret', 'default', 'none'), undefined);
  assert.equal(view.list('Service', 'default').length, 1);
  assert.equal(view.endpointSlices('default', 'web').length, 1);
  assert.deepEqual(
    [...view.reads],
    [
      readKey.object('Service', 'default', 'web'),
      readKey.object('Secret', 'default', 'none'),
      readKey.list('Service', 'default'),
      readKey.slices('default', 'web'),
    ],
  );
});

function harnessWith(...objects: string[]): Harness {
  const harness = new Harness();
  for (const object of objects) harness.hold(object);
  return harness;
}
