import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OWNED } from '../../src/lib/wire.ts';
import { RequestBody } from '../../src/proxy/request-body.ts';

/** Collects what is sent again. */
function sink() {
  const parts: string[] = [];
  return {
    parts,
    write(bytes: Buffer, start: number, end: number): boolean {
      parts.push(bytes.toString('latin1', start, end));
      return true;
    },
  };
}

test('RequestBody keeps copies: a borrowed buffer may be read into again', () => {
  const body = new RequestBody();
  const borrowed = Buffer.from('xhellox');
  body.add(borrowed, 1, 6, false);
  borrowed.fill('y');
  body.add(borrowed, 0, 2, false);
  for (let i = 0; i < 2; i++) {
    const connection = sink();
    body.replay(connection, OWNED);
    assert.equal(connection.parts.join(''), 'helloyy');
  }
  assert.equal(body.replayable, true);
});

test('RequestBody keeps 64 KiB and lets go of what is longer', () => {
  const body = new RequestBody();
  const part = Buffer.alloc(32 * 1024, 'x');
  body.add(part, 0, part.length, false);
  body.add(part, 0, part.length, false);
  assert.equal(body.replayable, true);
  body.add(part, 0, 1, false);
  assert.equal(body.replayable, false);
  const connection = sink();
  body.replay(connection, OWNED);
  assert.deepEqual(connection.parts, []);
});

test('RequestBody keeps more while no connection can take it, and lets go once one has', () => {
  const body = new RequestBody();
  const part = Buffer.alloc(100 * 1024, 'x');
  body.add(part, 0, part.length, true);
  assert.equal(body.replayable, true);
  const connection = sink();
  body.replay(connection, OWNED);
  assert.equal(connection.parts.join('').length, part.length);
  assert.equal(body.replayable, false);
});

test('RequestBody keeps nothing when nothing will be repeated', () => {
  const body = new RequestBody();
  body.drop();
  body.add(Buffer.from('x'), 0, 1, true);
  assert.equal(body.replayable, false);
});
