import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BlockBuilder } from '../../../src/http2/hpack/block-builder.ts';
import { kindOfName } from '../../../src/http2/hpack/field-kind.ts';
import { LIMITS, listOf } from './limits.ts';

function build(list: readonly string[], limits = LIMITS): BlockBuilder {
  const builder = new BlockBuilder(limits);
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] ?? '';
    const value = list[i + 1] ?? '';
    if (!builder.takes(name.length + value.length + 32)) continue;
    builder.add(kindOfName(name, !name.includes(':')), value, value.includes('\n'));
  }
  return builder;
}

describe('BlockBuilder', () => {
  test('puts pseudo-fields and headers apart', () => {
    const pseudo = [':method', 'CONNECT', ':scheme', 'https', ':path', '/p', ':authority', 'a'];
    const list = [...pseudo, ':protocol', 'websocket', ':status', '200', 'x', '', 'x', '1'];
    const block = build(list).finish();
    assert.deepEqual(listOf(block), list);
    assert.ok(block.ok);
    assert.equal(block.listBytes, list.join('').length + 8 * 32);
  });

  test('keeps the first fault and nothing behind it', () => {
    const fault = build([':method', 'GET', 'a', '1', 'b', '\n', ':path', '/', 'c', '2']).finish();
    assert.match(String(listOf(fault)), /^malformed: a field value/);
    assert.deepEqual(fault.ok ? [] : [fault.partial.method, ...fault.partial.headers], ['GET', 'a', '1']);
  });

  for (const name of [':method', ':scheme', ':authority', ':path', ':protocol', ':status']) {
    test(`refuses ${name} twice, and behind another field`, () => {
      assert.equal(
        listOf(build([name, '', name, '']).finish()),
        `malformed: ${name} must not be there twice`,
      );
      const late = `malformed: ${name} must stand before the other fields`;
      assert.equal(listOf(build(['a', '', name, '']).finish()), late);
    });
  }

  test('counts on behind a fault', () => {
    const builder = build([':foo', '']);
    assert.equal(builder.takes(1000), false);
    assert.equal(builder.block.listBytes, 36 + 1000);
  });

  test('names a field that must never be indexed once', () => {
    const builder = build([]);
    for (const name of ['a', 'b', 'a']) builder.neverIndex(name);
    assert.deepEqual(builder.block.neverIndexed, ['a', 'b']);
    assert.deepEqual(build([]).block.neverIndexed, [], 'blocks share a list');
  });

  test('has places of special fields of its own', () => {
    assert.deepEqual(build(['te', 'trailers', 'a', '', 'cookie', '']).block.special, [0, 4]);
    assert.deepEqual(build([]).block.special, []);
  });
});
