import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EncoderIndex } from '../../../src/http2/hpack/encoder-index.ts';

function add(index: EncoderIndex, name: string, value: string): void {
  index.add({ name, value, size: name.length + value.length + 32 });
}

describe('EncoderIndex', () => {
  test('finds fields by name and value, at the place that they have now', () => {
    const index = new EncoderIndex(4096);
    assert.equal(index.find('a', '1'), -1);
    add(index, 'a', '1');
    assert.equal(index.find('a', '1'), 0);
    add(index, 'bb', '');
    assert.deepEqual([index.find('a', '1'), index.find('bb', ''), index.find('a', '2')], [1, 0, -1]);
  });

  test('never finds what has left the table', () => {
    const index = new EncoderIndex(100);
    for (let id = 0; id < 50; id++) {
      add(index, 'name', `${id}`);
      for (let other = 0; other < 50; other++) {
        const place = index.find('name', `${other}`);
        if (place >= 0) assert.ok(other <= id && place === id - other && place < 2);
      }
    }
    index.resize(0);
    assert.equal(index.find('name', '49'), -1);
  });

  test('finds most of a common head', () => {
    const index = new EncoderIndex(4096);
    const names = ['server', 'content-type', 'cache-control', 'vary', 'x-frame-options', 'via', 'alt-svc'];
    for (const name of names) add(index, name, `value of ${name}`);
    assert.equal(names.filter((name) => index.find(name, `value of ${name}`) >= 0).length, names.length);
  });

  test('keeps a hash in mind', () => {
    const index = new EncoderIndex(4096);
    assert.deepEqual(
      [7, 7, -1, -1, 71, 7].map((hash) => index.sawBefore(hash)),
      [false, true, false, true, false, false],
    );
  });
});
