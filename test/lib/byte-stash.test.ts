import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteStash } from '../../src/lib/byte-stash.ts';

test('ByteStash holds what was added, less what was shifted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 3000 }), fc.nat(100))), (steps) => {
      const stash = new ByteStash();
      let expected = Buffer.alloc(0);
      for (const [part, percent] of steps) {
        stash.add(Buffer.from(part), 0, part.length);
        expected = Buffer.concat([expected, part]);
        const drop = Math.floor((expected.length * percent) / 200);
        stash.shift(drop);
        expected = expected.subarray(drop);
        assert.ok(stash.bytes.subarray(0, stash.length).equals(expected));
      }
      assert.ok(stash.take().equals(expected));
      assert.equal(stash.length, 0);
    }),
  );
});

test('ByteStash.adopt() takes bytes by reference, and copies them before it adds more', () => {
  const stash = new ByteStash();
  const bytes = Buffer.from('xhellox');
  stash.adopt(bytes, 1, 6);
  assert.equal(stash.length, 5);
  assert.equal(stash.bytes.buffer, bytes.buffer);
  stash.add(Buffer.from('!'), 0, 1);
  assert.equal(stash.take().toString(), 'hello!');
  assert.equal(bytes.toString(), 'xhellox');
});
