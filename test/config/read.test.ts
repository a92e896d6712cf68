import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Read } from '../../src/config/read.ts';
import * as read from '../../src/config/read.ts';

/** What a reader makes of a value; `undefined` stands for an error. */
const CASES: readonly {
  name: string;
  reader: Read<unknown>;
  accepts: [unknown, unknown][];
  refuses: unknown[];
}[] = [
  { name: 'readText', reader: read.readText, accepts: [[' a ', 'a']], refuses: ['', ' ', 1, null, []] },
  { name: 'readBoolean', reader: read.readBoolean, accepts: [[true, true]], refuses: ['true', 1, null] },
  {
    name: 'readTexts',
    reader: read.readTexts,
    accepts: [
      ['a, b,,', ['a', 'b']],
      [['a,b'], ['a,b']],
      ['', []],
    ],
    refuses: [null, 1, [1], {}],
  },
  {
    name: 'readInteger(1, 10)',
    reader: read.readInteger(1, 10),
    accepts: [
      ['10', 10],
      [1, 1],
    ],
    refuses: [0, 11, '0x5', '1e1', ' 5', '', 1.5, null, '99999999999999999999'],
  },
  {
    name: "readOneOf('1.2', '1.3')",
    reader: read.readOneOf('1.2', '1.3'),
    accepts: [
      ['1.2', '1.2'],
      [1.3, '1.3'],
    ],
    refuses: ['1.1', 1, null, true],
  },
  {
    name: 'readSeconds',
    reader: read.readSeconds,
    accepts: [
      ['30', 30_000],
      [0, 0],
      ['0.5', 500],
    ],
    refuses: ['', '-1', '1e3', '5s', null, 'Infinity'],
  },
  {
    name: 'readDuration',
    reader: read.readDuration,
    accepts: [['1m30s', 90_000]],
    refuses: ['0', '-1s', 'infinity', '5', 5, null, ''],
  },
  {
    name: 'readTimeout(7, 0)',
    reader: read.readTimeout(7, 0),
    accepts: [
      ['', 7],
      [null, 7],
      [0, 7],
      ['0s', 7],
      ['infinity', 0],
      ['infinite', 0],
      ['2s', 2000],
    ],
    refuses: ['-1s', '5', 5, 'never', {}],
  },
  {
    name: 'readAddress',
    reader: read.readAddress,
    accepts: [
      ['0.0.0.0:8080', { address: '0.0.0.0', port: 8080 }],
      ['[::1]:0', { address: '::1', port: 0 }],
    ],
    refuses: [
      '8080',
      ':8080',
      '::1:80',
      '[1.2.3.4]:80',
      '1.2.3.4:65536',
      'localhost:80',
      '1.2.3.4',
      'off',
      8080,
    ],
  },
  {
    name: 'readAddressOrOff',
    reader: read.readAddressOrOff,
    accepts: [
      ['off', null],
      ['127.0.0.1:1', { address: '127.0.0.1', port: 1 }],
    ],
    refuses: ['on', null],
  },
  {
    name: 'readCidrs',
    reader: read.readCidrs,
    accepts: [['10.0.0.0/8,::1, fd00::/128', ['10.0.0.0/8', '::1', 'fd00::/128']]],
    refuses: ['10.0.0.0/33', '10.0.0/8', '::/129', 'a', '1.2.3.4/', '1.2.3.4/8/8'],
  },
  {
    name: 'readSecretRef',
    reader: read.readSecretRef,
    accepts: [
      [
        { name: 'a', namespace: 'b' },
        { name: 'a', namespace: 'b' },
      ],
    ],
    refuses: ['b/a', null, { name: 'a' }, { name: 'a', namespace: 'b', key: 'c' }],
  },
];

for (const { name, reader, accepts, refuses } of CASES) {
  test(`${name} accepts and refuses as listed`, () => {
    for (const [value, expected] of accepts) {
      assert.deepEqual(reader(value), { ok: true, value: expected }, JSON.stringify(value));
    }
    for (const value of refuses) assert.equal(reader(value).ok, false, JSON.stringify(value));
  });

  test(`${name} does not throw`, () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        reader(value);
      }),
      { seed: 20 },
    );
  });
}

test('isObject() takes mappings and nothing else', () => {
  assert.equal(read.isObject({}), true);
  for (const value of [null, [], 'a', undefined]) assert.equal(read.isObject(value), false);
});

test('PRACTICALLY_NEVER_MS fits a timer of Node', () => {
  assert.ok(read.PRACTICALLY_NEVER_MS < 2 ** 31);
});
