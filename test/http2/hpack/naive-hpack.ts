import { EOS, HUFFMAN_CODES, HUFFMAN_LENGTHS } from '../../../src/http2/hpack/huffman-code.ts';
import { STATIC_FIELDS } from '../../../src/http2/hpack/static-table.ts';

type Field = readonly [name: string, value: string];

const SYMBOLS = new Map(
  HUFFMAN_LENGTHS.map((length, symbol) => [
    (HUFFMAN_CODES[symbol] ?? 0).toString(2).padStart(length, '0'),
    symbol,
  ]),
);

/** RFC 7541 written down a second time, as plain as can be: throws a text where a block is broken. */
export class NaiveDecoder {
  #table: Field[] = [];
  #maxBytes = 4096;
  #rest: number[] = [];

  get tableBytes(): number {
    return this.#table.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
  }

  /** All fields, flat. */
  decode(bytes: Uint8Array): readonly string[] {
    this.#rest = [...bytes];
    const fields: Field[] = [];
    let updates = 0;
    while (this.#rest.length > 0) {
      const first = this.#rest[0] ?? 0;
      if (first & 0x80) {
        fields.push(this.#at(this.#integer(7)));
      } else if (first & 0x40) {
        const field = this.#literal(6);
        fields.push(field);
        this.#table.unshift(field);
        this.#evict();
      } else if (first & 0x20) {
        if (fields.length > 0 || ++updates > 2) throw 'a size update out of place';
        this.#maxBytes = this.#integer(5);
        if (this.#maxBytes > 4096) throw 'a table too large';
        this.#evict();
      } else {
        fields.push(this.#literal(4));
      }
    }
    return fields.flat();
  }

  #evict(): void {
    while (this.tableBytes > this.#maxBytes) this.#table.pop();
  }

  #at(index: number): Field {
    const field = [...STATIC_FIELDS, ...this.#table][index - 1];
    if (field === undefined) throw 'no such index';
    return field;
  }

  #literal(bits: number): Field {
    const index = this.#integer(bits);
    const name = index === 0 ? this.#string() : this.#at(index)[0];
    return [name, this.#string()];
  }

  #next(): number {
    const byte = this.#rest.shift();
    if (byte === undefined) throw 'the block ends too soon';
    return byte;
  }

  #integer(bits: number): number {
    const mask = 2 ** bits - 1;
    let value = this.#next() & mask;
    if (value < mask) return value;
    for (let power = 1; power < 2 ** 28; power *= 128) {
      const byte = this.#next();
      value += (byte % 128) * power;
      if (byte < 128) return value;
    }
    throw 'an integer too long';
  }

  #string(): string {
    const isCoded = ((this.#rest[0] ?? 0) & 0x80) !== 0;
    const length = this.#integer(7);
    if (length > this.#rest.length) throw 'a string too long';
    const bytes = Buffer.from(this.#rest.splice(0, length));
    return isCoded ? decodeBits(bytes) : bytes.toString('latin1');
  }
}

function decodeBits(bytes: Buffer): string {
  let text = '';
  let pending = '';
  for (const bit of [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')) {
    pending += bit;
    const symbol = SYMBOLS.get(pending);
    if (symbol === EOS) throw 'EOS';
    if (symbol === undefined) continue;
    text += String.fromCharCode(symbol);
    pending = '';
  }
  if (pending.length > 7 || pending.includes('0')) throw 'bad padding';
  return text;
}
