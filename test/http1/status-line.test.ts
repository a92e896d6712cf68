import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusLine } from '../../src/http1/status-line.ts';

test('statusLine() gives three digits and a reason, which may be empty', () => {
  assert.equal(statusLine(200), 'HTTP/1.1 200 OK\r\n');
  assert.equal(statusLine(431), 'HTTP/1.1 431 Request Header Fields Too Large\r\n');
  assert.equal(statusLine(599), 'HTTP/1.1 599 \r\n');
});

test('statusLine() gives nothing for what is no status', () => {
  for (const status of [0, 99, 1000, -200, 200.5, Number.NaN]) assert.equal(statusLine(status), undefined);
});
