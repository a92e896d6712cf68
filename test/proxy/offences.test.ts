import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Offences } from '../../src/proxy/offences.ts';

test('Offences lets an address go wrong a thousand times at once, and 330 times a second then', () => {
  const offences = new Offences();
  for (let i = 0; i < 1000; i++) assert.equal(offences.note('192.0.2.1', 5000), true, `${i}`);
  assert.equal(offences.note('192.0.2.1', 5000), false);
  assert.equal(offences.note('192.0.2.2', 5000), true, 'another address has its own');
  let allowed = 0;
  for (let i = 0; i < 500; i++) if (offences.note('192.0.2.1', 6000)) allowed++;
  assert.ok(allowed >= 328 && allowed <= 330, `${allowed}`);
});

test('Offences forgets the address of the longest ago', () => {
  const offences = new Offences(3);
  for (let i = 0; i < 1001; i++) offences.note('a', 0);
  for (const address of ['b', 'c', 'a', 'd', 'e']) offences.note(address, 0);
  assert.equal(offences.size, 3);
  assert.equal(offences.note('a', 0), false, 'it was here after b and c');
  for (const address of ['f', 'g', 'h']) offences.note(address, 0);
  assert.equal(offences.note('a', 0), true);
});

test('Offences counts the addresses of an IPv6 network as one', () => {
  const offences = new Offences();
  for (let i = 0; i < 1000; i++) offences.note(`2001:db8::${i.toString(16)}`, 0);
  assert.equal(offences.note('2001:db8::ffff', 0), false);
  assert.equal(offences.note('2001:db8:0:1::1', 0), true);
});
