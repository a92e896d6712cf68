import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldSection } from '../../src/http1/field-section.ts';
import type { Refusal } from '../../src/http1/message.ts';

function read(lines: readonly string[], maxFields = 100): { section: FieldSection; refusal: Refusal | null } {
  const text = lines.map((line) => `${line}\r\n`).join('');
  const bytes = Buffer.from(`..${text}\r\n`, 'latin1');
  const section = new FieldSection();
  const end = bytes.length - 2;
  const refusal = section.read({ bytes, start: 2, end, text, textStart: 2 }, { maxBytes: 1e6, maxFields });
  return { section, refusal };
}

test('FieldSection.read() sorts the fields of this hop from the others', () => {
  const { section, refusal } = read([
    'Host: a',
    'X-Own: \t1 ',
    'Content-Length: 5',
    'TE: gzip',
    'te: trailers',
    'Connection: X-Hop, Upgrade',
    'Upgrade: websocket',
    'x-hop: 2',
    'Sec-WebSocket-Key: k',
    'Keep-Alive: timeout=5',
  ]);
  assert.equal(refusal, null);
  assert.deepEqual(section.headers, ['x-own', '1', 'sec-websocket-key', 'k']);
  assert.deepEqual([section.host, section.contentLength, section.te], ['a', '5', 'gzip, trailers']);
  assert.deepEqual(
    [section.upgrade, section.webSocketKey, section.keepAlive],
    ['websocket', 'k', 'timeout=5'],
  );
  assert.deepEqual([section.upgradeAsked, section.closeAsked, section.keepAliveAsked], [true, false, false]);
});

test('FieldSection.read() takes an empty section', () => {
  const { section, refusal } = read([]);
  assert.equal(refusal, null);
  assert.deepEqual(section.headers, []);
});

test('FieldSection.read() refuses with the status of a request', () => {
  const cases: [string[], number][] = [
    [['X : y'], 400],
    [['X: \0'], 400],
    [['Host: a', 'Host: a'], 400],
    [['Connection: cookie'], 400],
    [['a: b', 'a: b', 'a: b'], 431],
    [[`${'n'.repeat(8193)}: x`], 431],
  ];
  for (const [lines, status] of cases) assert.equal(read(lines, 2).refusal?.status, status);
});
