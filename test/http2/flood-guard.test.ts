import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FloodGuard } from '../../src/http2/flood-guard.ts';

/** How often in a row it is taken. */
function taken(take: () => boolean): number {
  let count = 0;
  while (count < 2000 && take()) count++;
  return count;
}

// What frames count as what is tested in flood.test.ts.
describe('FloodGuard', () => {
  test('reset() takes a burst of 100, then 33 a second, and never more than 100', () => {
    const guard = new FloodGuard();
    assert.equal(
      taken(() => guard.reset(5000)),
      100,
    );
    const other = new FloodGuard();
    for (let i = 0; i < 100; i++) assert.ok(other.reset(0));
    assert.equal(
      taken(() => other.reset(2000)),
      66,
    );
    const idle = new FloodGuard();
    assert.ok(idle.reset(0));
    assert.equal(
      taken(() => idle.reset(1e9)),
      100,
    );
  });

  test('allowances grow with streams opened and data sent', () => {
    const guard = new FloodGuard();
    guard.streamOpened();
    guard.dataSent();
    assert.equal(
      taken(() => guard.idleTalk()),
      200,
    );
    assert.equal(
      taken(() => guard.windowUpdate()),
      112,
    );
  });

  test('emptyFrame() counts those in a row', () => {
    const guard = new FloodGuard();
    assert.ok(guard.emptyFrame());
    guard.fullFrame();
    assert.ok(guard.emptyFrame());
    assert.equal(guard.emptyFrame(), false);
  });

  test('malformed() takes 100', () => {
    const guard = new FloodGuard();
    assert.equal(
      taken(() => guard.malformed()),
      100,
    );
  });
});
