import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PeerSettings, SETTINGS_ACK, settingsFrame } from '../../src/http2/settings.ts';
import { settings } from './frames.ts';

describe('PeerSettings', () => {
  test('apply() takes what concerns us, the last of each (RFC 9113 §6.5.2, §6.5.3)', () => {
    const peer = new PeerSettings();
    assert.equal(peer.received, false);
    assert.equal(peer.maxConcurrentStreams, 100);
    const frame = settings([1, 100], [3, 7], [4, 5], [4, 6], [5, 20_000], [6, 999], [8, 1], [0x77, 1]);
    assert.equal(peer.apply(frame, 9, frame.length, true), null);
    assert.deepEqual(
      { ...peer },
      {
        headerTableSize: 100,
        maxConcurrentStreams: 7,
        initialWindowBytes: 6,
        maxHeaderListBytes: 999,
        connectProtocol: true,
        received: true,
      },
    );
  });

  test('apply() takes streams for unlimited where the first SETTINGS do not say', () => {
    const peer = new PeerSettings();
    assert.equal(peer.apply(settings(), 9, 9, true), null);
    assert.equal(peer.maxConcurrentStreams, 0x7fff_ffff);
  });

  test('apply() takes ENABLE_PUSH 1 from a client only', () => {
    const frame = settings([2, 1]);
    assert.equal(new PeerSettings().apply(frame, 9, frame.length, false), null);
    assert.equal(new PeerSettings().apply(frame, 9, frame.length, true)?.code, 1);
  });
});

describe('settingsFrame()', () => {
  test('writes what the other side reads', () => {
    assert.deepEqual(
      settingsFrame([
        [3, 100],
        [4, 0xffff_ffff],
      ]),
      settings([3, 100], [4, 0xffff_ffff]),
    );
  });

  test('an acknowledgement is an empty frame (RFC 9113 §6.5.3)', () => {
    assert.equal(SETTINGS_ACK.toString('hex'), '000000040100000000');
  });
});
