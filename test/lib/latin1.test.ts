import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin1 } from '../../src/lib/latin1.ts';

test('latin1() gives one character a byte, for all 256 of them', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const text = latin1(bytes, 1, 255);
  assert.equal(text.length, 254);
  for (let i = 0; i < text.length; i++) assert.equal(text.charCodeAt(i), i + 1);
});
