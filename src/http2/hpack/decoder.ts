import { latin1 } from '../../lib/latin1.ts';
import { BlockBuilder } from './block-builder.ts';
import { DynamicTable, ENTRY_OVERHEAD } from './dynamic-table.ts';
import { FIELD_FAULTS, isBlank, NOT_IN_NAME, NOT_IN_VALUE } from './field-bytes.ts';
import type { KnownName } from './field-kind.ts';
import { kindOfName } from './field-kind.ts';
import type { BlockFault, BlockLimits, HeaderBlock } from './header-block.ts';
import { decodeHuffman, HUFFMAN_FAULTS_SHIFT, HUFFMAN_LENGTH_MASK, huffmanRoom } from './huffman-decode.ts';
import { FIRST_DYNAMIC_INDEX, STATIC_FIELDS } from './static-table.ts';

/** A field of a table, judged once: whoever refers to it need not look again. */
interface DecoderEntry {
  readonly known: KnownName;
  readonly value: string;
  readonly size: number;
  /** The value holds what no value may hold. */
  readonly isFaulty: boolean;
}

/** http2.md, Limits. RFC 7541 §4.2: one that shrinks and one that grows. */
const MAX_SIZE_UPDATES = 2;
/** Four bytes behind the prefix: below 2^28, above all that can be right. RFC 7541 §5.1. */
const MAX_INTEGER_SHIFT = 28;
const SCRATCH_BYTES = 64 * 1024;
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

const STATIC: readonly (DecoderEntry | undefined)[] = [undefined, ...STATIC_FIELDS.map(staticEntry)];

function staticEntry([name, value]: readonly [string, string]): DecoderEntry {
  const size = name.length + value.length + ENTRY_OVERHEAD;
  return { known: kindOfName(name, true), value, size, isFaulty: false };
}

/**
 * Decodes the header blocks of one direction of a connection, in the order in which they came. RFC 7541.
 *
 * Names and values are judged when their bytes are read (RFC 9113 §8.2.1): what comes from a table again
 * costs nothing. The work for a block is linear in its bytes, whatever it names.
 */
export class HpackDecoder {
  readonly #table: DynamicTable<DecoderEntry>;
  readonly #maxTableBytes: number;
  #bytes: Buffer = scratch;
  #at = 0;
  #end = 0;
  #isBroken = false;

  /** The text that was read last: where it lies, and the faults of its bytes. */
  #text: Buffer = scratch;
  #textStart = 0;
  #textEnd = 0;
  #textFaults = 0;

  /** @param maxTableBytes What our SETTINGS_HEADER_TABLE_SIZE says; 4096 if they do not. It cannot be changed later. */
  constructor(maxTableBytes = 4096) {
    this.#maxTableBytes = maxTableBytes;
    this.#table = new DynamicTable(maxTableBytes);
  }

  /** The size of the dynamic table as RFC 7541 §4.1 counts it. */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  /**
   * Decodes the whole block `bytes[start, end)`. Nothing refers to the bytes afterwards. Also a block whose
   * message nobody wants must be decoded: the table is shared.
   *
   * @returns The first fault in the order of the fields, except that `compression` is told before any other.
   */
  decode(bytes: Buffer, start: number, end: number, limits: BlockLimits): HeaderBlock | BlockFault {
    const block = new BlockBuilder(limits);
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    const problem = this.#isBroken ? 'an earlier header block was broken' : this.#readFields(block);
    this.#bytes = scratch;
    this.#text = scratch;
    if (problem === null) return block.finish();
    this.#isBroken = true;
    return { ok: false, kind: 'compression', detail: problem, partial: block.block };
  }

  /** Null, or what breaks the connection. */
  #readFields(block: BlockBuilder): string | null {
    const bytes = this.#bytes;
    let updatesLeft = MAX_SIZE_UPDATES;
    while (this.#at < this.#end) {
      const byte = bytes[this.#at] as number;
      if (byte >= 0x80) {
        const entry = this.#entryAt(this.#readInteger(0x7f));
        if (entry === undefined) return 'an index points to no entry';
        if (block.takes(entry.size)) block.add(entry.known, entry.value, entry.isFaulty);
        updatesLeft = 0;
      } else if (byte >= 0x40 || byte < 0x20) {
        const problem = this.#readLiteral(block, byte);
        if (problem !== null) return problem;
        updatesLeft = 0;
      } else {
        if (updatesLeft-- === 0) return 'a table size update must stand first, and be one of two at most';
        const maxBytes = this.#readInteger(0x1f);
        if (maxBytes < 0 || maxBytes > this.#maxTableBytes) return 'a table size is above what we allow';
        this.#table.resize(maxBytes);
      }
    }
    return null;
  }

  /** RFC 7541 §6.2. */
  #readLiteral(block: BlockBuilder, first: number): string | null {
    const isIndexed = first >= 0x40;
    const nameIndex = this.#readInteger(isIndexed ? 0x3f : 0x0f);
    let known: KnownName;
    if (nameIndex === 0) {
      if (!this.#readText()) return 'a field name is broken';
      const isToken = (this.#textFaults & NOT_IN_NAME) === 0 && this.#textEnd > this.#textStart;
      known = kindOfName(latin1(this.#text, this.#textStart, this.#textEnd), isToken);
    } else {
      const entry = this.#entryAt(nameIndex);
      if (entry === undefined) return 'an index points to no entry';
      known = entry.known;
    }
    if (!this.#readText()) return 'a field value is broken';

    const size = known.name.length + this.#textEnd - this.#textStart + ENTRY_OVERHEAD;
    const isWanted = block.takes(size);
    const isKept = isIndexed && size <= this.#table.maxBytes;
    // No text is made of what nobody will read.
    const value = isWanted || isKept ? latin1(this.#text, this.#textStart, this.#textEnd) : '';
    const isFaulty = this.#isValueFaulty();
    // An entry that is too large is added as well: it empties the table.
    if (isIndexed) this.#table.add({ known, value, size, isFaulty });
    if (isWanted) {
      block.add(known, value, isFaulty);
      if (!isIndexed && first >= 0x10) block.neverIndex(known.name);
    }
    return null;
  }

  #isValueFaulty(): boolean {
    if ((this.#textFaults & NOT_IN_VALUE) !== 0) return true;
    if (this.#textEnd === this.#textStart) return false;
    return isBlank(this.#text[this.#textStart] as number) || isBlank(this.#text[this.#textEnd - 1] as number);
  }

  /** Undefined also for the index 0 and for -1. RFC 7541 §6.1. */
  #entryAt(index: number): DecoderEntry | undefined {
    return index < FIRST_DYNAMIC_INDEX ? STATIC[index] : this.#table.get(index - FIRST_DYNAMIC_INDEX);
  }

  /**
   * Reads an integer whose prefix is in the current byte. RFC 7541 §5.1.
   *
   * @returns -1 if it does not end with the block or takes more than four bytes behind the prefix.
   */
  #readInteger(mask: number): number {
    const bytes = this.#bytes;
    let value = (bytes[this.#at++] as number) & mask;
    if (value < mask) return value;
    for (let shift = 0; shift < MAX_INTEGER_SHIFT; shift += 7) {
      if (this.#at >= this.#end) return -1;
      const byte = bytes[this.#at++] as number;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return -1;
  }

  /** Reads a string literal to `#text`. False if it is broken. RFC 7541 §5.2. */
  #readText(): boolean {
    if (this.#at >= this.#end) return false;
    const bytes = this.#bytes;
    const isCoded = (bytes[this.#at] as number) >= 0x80;
    const length = this.#readInteger(0x7f);
    const start = this.#at;
    if (length < 0 || length > this.#end - start) return false;
    const end = start + length;
    this.#at = end;
    if (isCoded) {
      const room = huffmanRoom(length);
      this.#text = room <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafe(room);
      const decoded = decodeHuffman(bytes, start, end, this.#text);
      if (decoded < 0) return false;
      this.#textStart = 0;
      this.#textEnd = decoded & HUFFMAN_LENGTH_MASK;
      this.#textFaults = decoded >> HUFFMAN_FAULTS_SHIFT;
      return true;
    }
    let faults = 0;
    for (let at = start; at < end; at++) faults |= FIELD_FAULTS[bytes[at] as number] as number;
    this.#text = bytes;
    this.#textStart = start;
    this.#textEnd = end;
    this.#textFaults = faults;
    return true;
  }
}
