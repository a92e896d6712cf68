import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HpackDecoder } from '../../../src/http2/hpack/decoder.ts';
import type { BlockFault, HeaderBlock } from '../../../src/http2/hpack/header-block.ts';
import { LIMITS, listOf } from './limits.ts';
import { EXAMPLES } from './rfc7541-examples.ts';

/** Decodes a block that lies between other bytes, and wipes them afterwards: nothing may refer to them. */
function decode(decoder: HpackDecoder, hex: string, limits = LIMITS): HeaderBlock | BlockFault {
  const bytes = Buffer.from(`828282${hex}ff828282`, 'hex');
  const block = decoder.decode(bytes, 3, bytes.length - 4, limits);
  bytes.fill('?');
  return block;
}

function fieldsOf(hex: string): readonly string[] | string {
  return listOf(decode(new HpackDecoder(), hex));
}

/** A literal that is not indexed, its texts as they are. */
function literal(name: string, value: string, first = '00'): string {
  return first + string(name) + string(value);
}

function string(text: string): string {
  const length = text.length < 127 ? [text.length] : [127, ...varint(text.length - 127)];
  return Buffer.from(length).toString('hex') + Buffer.from(text, 'latin1').toString('hex');
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}

describe('HpackDecoder', () => {
  for (const { section, maxTableBytes, blocks } of EXAMPLES) {
    test(`decodes the example of RFC 7541 ${section}`, () => {
      const decoder = new HpackDecoder(maxTableBytes);
      for (const { hex, fields, tableBytes } of blocks) {
        assert.deepEqual(listOf(decode(decoder, hex)), fields);
        assert.equal(decoder.tableBytes, tableBytes);
      }
    });
  }

  const broken: readonly (readonly [name: string, hex: string])[] = [
    ['index 0', '80'],
    ['an index beyond the tables', 'be'],
    ['a far index', 'ffffffff7f'],
    ['a name index beyond the tables', '7e0161'],
    ['an integer that does not end', 'ff'],
    ['an integer of five bytes behind the prefix', 'ff8080808000'],
    ['an integer of zeros without end', 'ff80808080808080808080808080'],
    ['an integer above 2^32', 'ffffffffffff7f'],
    ['a text that is longer than the block', '000561626364'],
    ['a text of nearly 2^28 bytes', '007fffffff7f61'],
    ['a value that is missing', '000161'],
    ['a literal alone', '00'],
    ['a literal with indexed name and no value', '41'],
    ['Huffman code with EOS', '00016184ffffffff'],
    ['Huffman code with EOS behind a symbol', '000161851fffffffff'],
    ['padding of eight bits', '000161821fff'],
    ['padding of one whole byte', '00016181ff'],
    ['padding of zeros', '0001618118'],
    ['padding that is half ones', '000161811d'],
    ['a table size above 4096', '3fe21f'],
    ['a table size that does not end', '3f'],
    ['three table size updates', '202020'],
    ['a table size update behind a field', '8220'],
    ['a table size update behind a literal', '000161016220'],
    ['a table size update behind an update and a field', '208220'],
  ];
  for (const [name, hex] of broken) {
    test(`breaks the connection: ${name}`, () => {
      const decoder = new HpackDecoder();
      const fault = decode(decoder, hex);
      assert.equal(fault.ok ? '' : fault.kind, 'compression');
      const next = decode(decoder, '82');
      assert.equal(next.ok ? '' : next.kind, 'compression', 'the decoder goes on');
    });
  }

  const malformed: readonly (readonly [name: string, hex: string])[] = [
    ['an upper-case letter in a name', literal('aB', 'v')],
    ['an empty name', literal('', 'v')],
    ['SP in a name', literal('a b', 'v')],
    ['a colon in a name', literal('a:', 'v')],
    ['CR in a name', literal('a\r', 'v')],
    ['NUL in a name', literal('a\0', 'v')],
    ['a byte above 0x7f in a name', literal('a\xe4', 'v')],
    ['a bracket in a name', literal('a[', 'v')],
    ['CR in a value', literal('a', 'v\rw')],
    ['LF in a value', literal('a', 'v\nw')],
    ['NUL in a value', literal('a', '\0')],
    ['DEL in a value', literal('a', '\x7f')],
    ['a control byte in a value', literal('a', 'v\x01w')],
    ['SP before a value', literal('a', ' v')],
    ['SP behind a value', literal('a', 'v ')],
    ['HTAB behind a value', literal('a', 'v\t')],
    ['SP as a value', literal('a', ' ')],
    ['SP behind the value of a pseudo-field', literal(':path', '/ ')],
    ['LF in Huffman code', '00016184fffffff3'],
    ['an unknown pseudo-field', literal(':foo', 'v')],
    ['a colon as a name', literal(':', 'v')],
    ['a pseudo-field twice', '8282'],
    ['a pseudo-field twice with another value', '8283'],
    ['a pseudo-field behind an ordinary field', `82${literal('a', 'v')}84`],
    ['a pseudo-field behind a cookie', `${literal('cookie', 'v')}84`],
  ];
  for (const [name, hex] of malformed) {
    test(`takes the message as malformed: ${name}`, () => {
      const decoder = new HpackDecoder();
      const fault = decode(decoder, `${hex}4001610162`);
      assert.equal(fault.ok ? '' : fault.kind, 'malformed');
      assert.deepEqual(
        listOf(decode(decoder, '82be')),
        [':method', 'GET', 'a', 'b'],
        'the table is not right',
      );
    });
  }

  test('takes a fault that lies in the table as malformed each time it is named', () => {
    const decoder = new HpackDecoder();
    for (const hex of [literal('a', 'v\n', '40'), 'be', 'be', literal('A', 'v', '40'), 'be', '7e0177']) {
      const fault = decode(decoder, hex);
      assert.equal(fault.ok ? '' : fault.kind, 'malformed', hex);
    }
    // The name of the field with a bad value is good.
    assert.deepEqual(listOf(decode(decoder, '0f310177')), ['a', 'w']);
  });

  test('tells a broken block before a malformed message', () => {
    const fault = decode(new HpackDecoder(), `${literal('A', 'v')}80`);
    assert.equal(fault.ok ? '' : fault.kind, 'compression');
  });

  test('keeps the bytes 0x80 to 0xff of a value, and HTAB within', () => {
    const value = `a\t${Array.from({ length: 128 }, (_, at) => String.fromCharCode(128 + at)).join('')}`;
    assert.deepEqual(fieldsOf(literal('a', value)), ['a', value]);
  });

  test('keeps order and repeats', () => {
    const list = ['b', '1', 'a', '2', 'b', '1', 'cookie', 'x', 'a', '', 'cookie', 'y'];
    const hex = list.flatMap((name, at) => (at % 2 === 0 ? literal(name, list[at + 1] ?? '') : [])).join('');
    assert.deepEqual(fieldsOf(hex), list);
  });

  test('marks the fields that have rules of their own', () => {
    const names = ['a', 'te', 'if-foo', 'x-te', 'cookie', 'content-length', 'cookie2', 'host'];
    const block = decode(new HpackDecoder(), names.map((name) => literal(name, '1')).join(''));
    assert.ok(block.ok);
    assert.deepEqual(
      block.special.map((at) => block.headers[at]),
      ['te', 'if-foo', 'cookie', 'content-length', 'host'],
    );
  });

  test('names the fields that must never be indexed, each once', () => {
    const block = decode(
      new HpackDecoder(),
      literal('a', '1', '10') + literal('b', '1') + literal('a', '2', '10') + literal('c', '1', '40'),
    );
    assert.ok(block.ok);
    assert.deepEqual(block.neverIndexed, ['a']);
    assert.deepEqual(block.headers, ['a', '1', 'b', '1', 'a', '2', 'c', '1']);
  });

  test('takes a block without fields, also with size updates', () => {
    assert.deepEqual(fieldsOf(''), []);
    assert.deepEqual(fieldsOf('203fe11f'), []);
  });

  test('drops the table at a size update, and fills it again', () => {
    const decoder = new HpackDecoder();
    decode(decoder, literal('a', 'b', '40'));
    assert.equal(decoder.tableBytes, 34);
    assert.deepEqual(listOf(decode(decoder, `203fe11f${literal('c', 'd', '40')}be`)), ['c', 'd', 'c', 'd']);
    assert.equal(decoder.tableBytes, 34);
  });

  test('empties the table for an entry that is larger, and serves its field', () => {
    const decoder = new HpackDecoder(100);
    decode(decoder, literal('a', 'b', '40'));
    const value = 'v'.repeat(80);
    assert.deepEqual(listOf(decode(decoder, literal('c', value, '40'))), ['c', value]);
    assert.equal(decoder.tableBytes, 0);
  });

  test('uses the name of an entry that the new one pushes out', () => {
    const decoder = new HpackDecoder(64);
    decode(decoder, literal('abc', 'd', '40'));
    assert.deepEqual(listOf(decode(decoder, `7e${string('e'.repeat(20))}`)), ['abc', 'e'.repeat(20)]);
    assert.equal(decoder.tableBytes, 55);
  });

  test('decodes nothing beyond the end it is told', () => {
    const bytes = Buffer.from('82848784', 'hex');
    assert.deepEqual(listOf(new HpackDecoder().decode(bytes, 1, 2, LIMITS)), [':path', '/']);
  });
});

describe('HpackDecoder and its limits', () => {
  test('takes fields of exactly the size and refuses one byte more, with the table kept right', () => {
    const limits = { ...LIMITS, maxListBytes: 34 + 36 };
    const decoder = new HpackDecoder();
    const exact = decode(decoder, literal('a', 'b') + literal('cc', 'dd', '40'), limits);
    assert.deepEqual(listOf(exact), ['a', 'b', 'cc', 'dd']);
    assert.equal(exact.ok && exact.listBytes, 70);
    const over = decode(decoder, `82${literal('e', 'f', '40')}bf`, { ...limits, maxListBytes: 42 + 34 + 35 });
    assert.equal(over.ok ? '' : over.kind, 'too-large');
    assert.deepEqual(over.ok ? '' : [over.partial.method, over.partial.headers], ['GET', ['e', 'f']]);
    assert.deepEqual(listOf(decode(decoder, 'bebf', limits)), ['e', 'f', 'cc', 'dd']);
  });

  test('counts 100 fields and 256 cookies beside them and the pseudo-fields', () => {
    const fields = literal('a', 'b').repeat(100);
    const cookies = literal('cookie', 'c').repeat(256);
    const limits = { ...LIMITS, maxListBytes: 1e6 };
    const all = decode(new HpackDecoder(), `828487${cookies}${fields}`, limits);
    assert.equal(all.ok && all.headers.length, 712);
    for (const hex of [fields + literal('a', 'b'), cookies + literal('cookie', 'c')]) {
      const fault = decode(new HpackDecoder(), hex, limits);
      assert.equal(fault.ok ? '' : fault.kind, 'too-large');
    }
  });

  test('keeps what is below the limit of a block that names one large entry ten thousand times', () => {
    const decoder = new HpackDecoder();
    const fault = decode(decoder, literal('a', 'v'.repeat(4000), '40') + 'be'.repeat(10_000));
    assert.ok(!fault.ok);
    assert.equal(fault.kind, 'too-large');
    assert.ok(fault.partial.headers.length / 2 <= 8);
    assert.equal(fault.partial.listBytes, 10_001 * 4033);
    assert.deepEqual(listOf(decode(decoder, 'be')), ['a', 'v'.repeat(4000)]);
  });

  test('adds to the table what it does not keep', () => {
    const decoder = new HpackDecoder();
    const fault = decode(decoder, literal('a', 'b'.repeat(40_000)) + literal('c', 'd', '40'));
    assert.equal(fault.ok ? '' : fault.kind, 'too-large');
    assert.deepEqual(listOf(decode(decoder, 'be')), ['c', 'd']);
  });

  test('checks the Huffman code of what it does not keep', () => {
    const fault = decode(new HpackDecoder(), `${literal('a', 'b'.repeat(40_000))}00016181ff`);
    assert.equal(fault.ok ? '' : fault.kind, 'compression');
  });

  test('decodes a text of Huffman code that is longer than any limit', () => {
    const decoder = new HpackDecoder();
    // 'a' is 00011: eight of them in five bytes.
    const coded = '18c6318c63'.repeat(20_000);
    const fault = decode(decoder, `000161ffa18c06${coded}82`);
    assert.equal(fault.ok ? '' : fault.kind, 'too-large');
    assert.equal(fault.ok ? 0 : fault.partial.listBytes, 1 + 160_000 + 32 + 42);
  });
});
