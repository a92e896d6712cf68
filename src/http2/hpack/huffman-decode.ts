import { FIELD_FAULTS } from './field-bytes.ts';
import { EOS, HUFFMAN_CODES, HUFFMAN_LENGTHS } from './huffman-code.ts';

/**
 * The code as a machine that takes a byte at a step. A state is an inner node of the code's tree (256, the
 * root is 0): the bits read of a symbol that is not complete. `STEPS[state << 8 | byte]` packs what a byte
 * does, or is negative where EOS would be completed:
 *
 *     faults 3 | next state 8 | symbols 2 | second symbol 8 | first symbol 8
 *
 * No code is shorter than five bits, so a byte completes two symbols at most. Against a step for each half
 * byte this takes half the time, 1.6 ns a character; bench/hpack.ts.
 */
const SYMBOLS_SHIFT = 16;
const STATE_SHIFT = 18;
const FAULTS_SHIFT = 26;
const tree = buildTree();
const STEPS = buildSteps(tree);

/** 1 for the states in which a text may end: the rest of its byte is at most seven bits, all ones. */
const MAY_END = findEnds(tree);

/** Bits below the faults in what `decodeHuffman` returns. */
export const HUFFMAN_FAULTS_SHIFT = 24;
/** Masks the length in what `decodeHuffman` returns. */
export const HUFFMAN_LENGTH_MASK = 0xff_ffff;

/** Room that a text of `encoded` bytes may need, with the slack of `decodeHuffman`. RFC 7541 §5.2: codes of 5 bits. */
export function huffmanRoom(encoded: number): number {
  return Math.ceil((encoded * 8) / 5) + 2;
}

/**
 * Decodes the Huffman code in `bytes[start, end)` to the begin of `out`, which must have `huffmanRoom`.
 *
 * @returns The number of decoded bytes, and above `HUFFMAN_FAULTS_SHIFT` the faults of all these bytes
 *   (`FIELD_FAULTS`); -1 if EOS is in it, or if the padding is longer than seven bits or not all ones.
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  let state = 0;
  let length = 0;
  let faults = 0;
  for (let at = start; at < end; at++) {
    const step = STEPS[(state << 8) | (bytes[at] as number)] as number;
    if (step < 0) return -1;
    // Written whether there or not: what is not counted is overwritten.
    out[length] = step;
    out[length + 1] = step >> 8;
    length += (step >> SYMBOLS_SHIFT) & 3;
    faults |= step;
    state = (step >> STATE_SHIFT) & 255;
  }
  return MAY_END[state] === 1 ? length | ((faults >> FAULTS_SHIFT) << HUFFMAN_FAULTS_SHIFT) : -1;
}

/** Two children for each node: the number of a node, or `~symbol`. */
function buildTree(): Int32Array {
  const nodes = new Int32Array(2 * EOS);
  let made = 1;
  for (const [symbol, length] of HUFFMAN_LENGTHS.entries()) {
    const code = HUFFMAN_CODES[symbol] as number;
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const child = 2 * node + ((code >>> bit) & 1);
      if (nodes[child] === 0) nodes[child] = made++;
      node = nodes[child] as number;
    }
    nodes[2 * node + (code & 1)] = ~symbol;
  }
  return nodes;
}

function buildSteps(nodes: Int32Array): Int32Array {
  const steps = new Int32Array((nodes.length / 2) << 8);
  for (let index = 0; index < steps.length; index++) steps[index] = buildStep(nodes, index >> 8, index & 255);
  return steps;
}

function buildStep(nodes: Int32Array, state: number, byte: number): number {
  let node = state;
  let symbols = 0;
  let count = 0;
  let faults = 0;
  for (let bit = 7; bit >= 0; bit--) {
    node = nodes[2 * node + ((byte >> bit) & 1)] as number;
    if (node >= 0) continue;
    const symbol = ~node;
    if (symbol === EOS) return -1;
    symbols |= symbol << (8 * count++);
    faults |= FIELD_FAULTS[symbol] as number;
    node = 0;
  }
  return (faults << FAULTS_SHIFT) | (node << STATE_SHIFT) | (count << SYMBOLS_SHIFT) | symbols;
}

function findEnds(nodes: Int32Array): Uint8Array {
  const ends = new Uint8Array(nodes.length / 2);
  let node = 0;
  for (let bits = 0; bits <= 7; bits++) {
    ends[node] = 1;
    node = nodes[2 * node + 1] as number;
  }
  return ends;
}
