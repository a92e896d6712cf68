import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeGrpcMessage } from '../../../src/proxy/grpc/message.ts';

test('encodeGrpcMessage() keeps printable ASCII and encodes all else as UTF-8', () => {
  assert.equal(encodeGrpcMessage('no route: "a" = b~'), 'no route: "a" = b~');
  assert.equal(encodeGrpcMessage('100%'), '100%25');
  assert.equal(encodeGrpcMessage('grün'), 'gr%C3%BCn');
  assert.equal(encodeGrpcMessage('a\r\nb\0\x7f'), 'a%0D%0Ab%00%7F');
  assert.equal(encodeGrpcMessage('😀'), '%F0%9F%98%80');
  assert.equal(encodeGrpcMessage('\ud83d'), '%EF%BF%BD');
});

test('encodeGrpcMessage() cuts what is longer than 512 characters, also inside a pair', () => {
  assert.equal(encodeGrpcMessage('x'.repeat(9999)), 'x'.repeat(512));
  assert.equal(encodeGrpcMessage(`${'x'.repeat(511)}😀`), `${'x'.repeat(511)}%EF%BF%BD`);
});

test('encodeGrpcMessage() gives a valid field that decodes to the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
      const encoded = encodeGrpcMessage(text);
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.equal(decodeURIComponent(encoded), text.toWellFormed());
    }),
  );
});
