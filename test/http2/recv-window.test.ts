import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RecvWindow } from '../../src/http2/recv-window.ts';

describe('RecvWindow', () => {
  test('takes no more than it has, and tells the peer by halves (RFC 9113 §6.9)', () => {
    const window = new RecvWindow(100);
    assert.ok(window.take(100));
    assert.equal(window.take(1), false);
    assert.equal(window.give(49), 0);
    assert.equal(window.take(1), false);
    assert.equal(window.give(1), 50);
    assert.ok(window.take(50));
    assert.equal(window.take(1), false);
    assert.ok(window.take(0));
  });
});
