import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoGuide, demoSteps } from '../../../src/cli/demo/guide.ts';

const ADDRESSES = {
  httpPort: 8080,
  httpsPort: 8443,
  adminUrl: 'http://127.0.0.1:9901',
  manifests: '/tmp/demo',
  certificateFile: '/tmp/demo/certificate.pem',
};

test('demoGuide() names the addresses and every step', () => {
  const guide = demoGuide(ADDRESSES, false);
  for (const text of [
    'http://demo.localhost:8080/',
    'https://secure.localhost:8443/',
    'http://127.0.0.1:9901/',
  ]) {
    assert.ok(guide.includes(text), text);
  }
  for (const { commandLine, shows } of demoSteps(ADDRESSES)) {
    assert.ok(guide.includes(commandLine) && guide.includes(shows));
  }
});

test('demoGuide() has colour only when asked', () => {
  assert.ok(!demoGuide(ADDRESSES, false).includes('\u001b'));
  assert.ok(demoGuide(ADDRESSES, true).includes('\u001b[1m'));
});
