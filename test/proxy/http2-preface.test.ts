import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefaceAt } from '../../src/proxy/http2-preface.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

test('prefaceAt() knows the preface, its beginnings, and everything else', () => {
  const at = (text: string) => prefaceAt(Buffer.from(`xx${text}`, 'latin1'), 2, text.length + 2);
  assert.equal(at(PREFACE), 'whole');
  assert.equal(at(`${PREFACE}and more`), 'whole');
  for (let length = 1; length < PREFACE.length; length++) {
    assert.equal(at(PREFACE.slice(0, length)), 'part', `${length}`);
    assert.equal(at(`${PREFACE.slice(0, length)}\0`), 'none', `${length}`);
  }
  for (const text of [
    'GET / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\n',
    'PRI * HTTP/1.1\r\n\r\n',
    'pri * HTTP/2.0',
  ])
    assert.equal(at(text), 'none', text);
});
