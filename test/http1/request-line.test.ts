import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequestLine } from '../../src/http1/request-line.ts';
import { requestLineCases, targetCases } from './cases/request-line-cases.ts';

const OPTIONS = { mergeSlashes: true, secure: false };

test('parseRequestLine() reads at an offset and says where the line ends', () => {
  const text = 'PUT /a?b HTTP/1.0\r\nHost: a';
  const line = parseRequestLine(Buffer.from(`xx${text}`), 2, text, OPTIONS);
  const expected = {
    ok: true,
    method: 'PUT',
    path: '/a',
    query: '?b',
    authority: null,
    minorVersion: 0,
    end: 21,
  };
  assert.deepEqual(line, expected);
});

test('parseRequestLine() keeps the authority of an absolute target as it stands', () => {
  const text = 'GET http://A.:80?b HTTP/1.1\r\n';
  const line = parseRequestLine(Buffer.from(text), 0, text, OPTIONS);
  assert.ok(line.ok);
  assert.deepEqual([line.authority, line.path, line.query], ['A.:80', '/', '?b']);
});

test('parseRequestLine() reads nothing behind the first CRLF', () => {
  for (const { input } of [...requestLineCases, ...targetCases]) {
    const end = input.indexOf('\r\n') + 2;
    if (end < 2) continue;
    const line = input.slice(0, end);
    const results = ['', ' HTTP/1.1\r\n', '/ HTTP/1.1\r\n', '\n', '.1\r\n'].map((behind) =>
      parseRequestLine(Buffer.from(line + behind, 'latin1'), 0, line, OPTIONS),
    );
    for (const result of results) assert.deepEqual(result, results[0], JSON.stringify(line));
  }
});
