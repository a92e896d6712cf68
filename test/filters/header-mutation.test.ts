import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileHeaderMutation, mutableHeaders } from '../../src/filters/header-mutation.ts';
import type { HeaderValue, TemplatePart } from '../../src/snapshot/filter.ts';
import { context } from './context.ts';

const constant = (name: string, text: string): HeaderValue => ({ name, value: [{ kind: 'text', text }] });
const copied = (name: string, from: string): HeaderValue => {
  const part: TemplatePart = { kind: 'request-header', names: [from], maxLength: 0 };
  return { name, value: [part] };
};

const CASES: readonly (readonly [string, { remove?: string[]; set?: HeaderValue[] }, string[], string[]])[] =
  [
    ['removes all of a name', { remove: ['a'] }, ['a', '1', 'b', '2', 'a', '3'], ['b', '2']],
    [
      'overwrites in place',
      { set: [constant('a', 'x')] },
      ['a', '1', 'b', '2', 'a', '3'],
      ['a', 'x', 'b', '2'],
    ],
    ['adds', { set: [constant('c', 'x')] }, ['a', '1'], ['a', '1', 'c', 'x']],
    ['removes before it sets', { remove: ['a'], set: [constant('a', 'x')] }, ['a', '1'], ['a', 'x']],
    ['removes before it reads', { remove: ['a'], set: [copied('b', 'a')] }, ['a', '1', 'b', '2'], []],
    [
      'reads all values before it sets one',
      { set: [copied('a', 'b'), copied('b', 'a')] },
      ['a', '1', 'b', '2'],
      ['a', '2', 'b', '1'],
    ],
    ['removes a field whose value is empty', { set: [copied('user', 'missing')] }, ['user', 'root'], []],
    [
      'never sets what frames a message',
      {
        set: [
          constant('content-length', '1'),
          constant('transfer-encoding', 'chunked'),
          constant('host', 'x'),
          constant(':path', '/'),
        ],
      },
      ['a', '1'],
      ['a', '1'],
    ],
  ];

for (const [name, { remove = [], set = [] }, before, after] of CASES) {
  test(`compileHeaderMutation() ${name}`, () => {
    const headers = [...before];
    compileHeaderMutation({ remove, set }, 'gw-1')(headers, context({ requestHeaders: headers }));
    assert.deepEqual(headers, after);
  });
}

test('mutableHeaders() copies what may be sent', () => {
  assert.deepEqual(mutableHeaders(['x-a', 'é\r\n', 'connection', 'close', 'x-b', '1']), [
    'x-a',
    '\xc3\xa9',
    'x-b',
    '1',
  ]);
});
