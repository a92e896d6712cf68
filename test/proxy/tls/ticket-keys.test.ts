import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deriveTicketKeys,
  TICKET_EPOCH_MS,
  TicketRotation,
  ticketEpoch,
} from '../../../src/proxy/tls/ticket-keys.ts';
import { ManualTimers } from './fixture.ts';

const secret = new Uint8Array(32).fill(1);

test('deriveTicketKeys() gives 48 bytes that depend on secret, epoch and domain alone', () => {
  const key = deriveTicketKeys({ secret, epoch: 7, domain: 'a' });
  assert.equal(key.length, 48);
  assert.ok(key.equals(deriveTicketKeys({ secret: Uint8Array.from(secret), epoch: 7, domain: 'a' })));
  for (const other of [
    { secret: new Uint8Array(32), epoch: 7, domain: 'a' },
    { secret, epoch: 8, domain: 'a' },
    { secret, epoch: 7, domain: 'b' },
  ]) {
    assert.ok(!key.equals(deriveTicketKeys(other)));
  }
});

test('ticketEpoch() changes every 12 hours, on the hour', () => {
  const noon = Date.UTC(2030, 0, 1, 12);
  assert.equal(ticketEpoch(noon), ticketEpoch(noon - 1) + 1);
  assert.equal(ticketEpoch(noon + TICKET_EPOCH_MS - 1), ticketEpoch(noon));
});

test('TicketRotation tells each epoch at its first moment, in every instance', () => {
  const timers = new ManualTimers(Date.UTC(2030, 0, 1, 11, 59, 30));
  const told: [number, number][] = [];
  const start = () => {
    const wall = () => timers.nowMs;
    const onEpoch = (epoch: number) => told.push([epoch, timers.nowMs]);
    return new TicketRotation({ wall, setTimer: timers.setTimer, onEpoch });
  };
  const first = start();
  timers.advance(7_123);
  const second = start();
  timers.advance(TICKET_EPOCH_MS);
  const noon = Date.UTC(2030, 0, 1, 12);
  const epoch = ticketEpoch(noon);
  assert.deepEqual(told, [
    [epoch, noon],
    [epoch, noon],
  ]);
  assert.equal(first.epoch, epoch);
  first.close();
  second.close();
  timers.advance(3 * TICKET_EPOCH_MS);
  assert.equal(told.length, 2);
});

test('TicketRotation notices within a minute that the wall clock was set', () => {
  const timers = new ManualTimers(0);
  let skewMs = 0;
  const told: number[] = [];
  const rotation = new TicketRotation({
    wall: () => timers.nowMs + skewMs,
    setTimer: timers.setTimer,
    onEpoch: (epoch) => told.push(epoch),
  });
  timers.advance(90_000);
  skewMs = 5 * TICKET_EPOCH_MS;
  timers.advance(60_000);
  assert.deepEqual(told, [5]);
  rotation.close();
});
