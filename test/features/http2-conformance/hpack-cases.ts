import { answers, type ConformanceCase, connectionError } from './outcomes.ts';
import { getWithBlock } from './requests.ts';

const accepted = (id: string, says: string, hex: string): ConformanceCase => [
  id,
  says,
  getWithBlock(1, { behind: hex.replaceAll(' ', '') }),
  answers(1),
];

const refused = (id: string, says: string, hex: string): ConformanceCase => [
  id,
  says,
  getWithBlock(1, { behind: hex.replaceAll(' ', '') }),
  connectionError('COMPRESSION_ERROR'),
];

// `user-agent` is entry 58 of the static table. RFC 7541 Appendix A. Where h2spec's title speaks of an indexed name
// its own bytes spell the name out; here it is an index, and the spelled one is the case `new name` beside it.
const FIELD_HUFFMAN = '85 f2b24a84ff 84 9c48aca4'; // x-test: h2spec, both Huffman-coded
const FIELD_PLAIN = '06 782d74657374 06 683273706563'; // x-test: h2spec, as they are
const VALUE_HUFFMAN = '84 9c48aca4';
const VALUE_PLAIN = '06 683273706563';

/** Field blocks that must be understood: suite `generic`, section 5. RFC 7541 §6. */
const ACCEPTED: readonly ConformanceCase[] = [
  accepted('generic/5/1', 'an index into the static table', 'ba'),
  accepted('generic/5/2', 'a literal that is indexed, name by index, Huffman', `7a ${VALUE_HUFFMAN}`),
  accepted('generic/5/3', 'a literal that is indexed, name by index, plain', `7a ${VALUE_PLAIN}`),
  accepted('generic/5/4', 'a literal that is indexed, new name, plain', `40 ${FIELD_PLAIN}`),
  accepted('generic/5/5', 'a literal that is indexed, new name, Huffman', `40 ${FIELD_HUFFMAN}`),
  accepted('generic/5/6', 'a literal without indexing, name by index, plain', `0f2b ${VALUE_PLAIN}`),
  accepted('generic/5/7', 'a literal without indexing, name by index, Huffman', `0f2b ${VALUE_HUFFMAN}`),
  accepted('generic/5/8', 'a literal without indexing, new name, plain', `00 ${FIELD_PLAIN}`),
  accepted('generic/5/9', 'a literal without indexing, new name, Huffman', `00 ${FIELD_HUFFMAN}`),
  accepted('generic/5/10', 'a literal never indexed, name by index, plain', `1f2b ${VALUE_PLAIN}`),
  accepted('generic/5/11', 'a literal never indexed, name by index, Huffman', `1f2b ${VALUE_HUFFMAN}`),
  accepted('generic/5/12', 'a literal never indexed, new name, plain', `10 ${FIELD_PLAIN}`),
  accepted('generic/5/13', 'a literal never indexed, new name, Huffman', `10 ${FIELD_HUFFMAN}`),
  ['generic/5/14', 'a size update to 128', getWithBlock(1, { before: '3f61' }), answers(1)],
  [
    'generic/5/15',
    'two size updates, to 128 and back to 4096',
    getWithBlock(1, { before: '3f613fe11f' }),
    answers(1),
  ],
];

/** Field blocks that cannot be decoded: suite `hpack`. */
const REFUSED: readonly ConformanceCase[] = [
  refused('hpack/2.3.3/1', 'an index behind both tables', 'c6'),
  refused('hpack/4.2/1', 'a size update behind fields', '21'),
  refused('hpack/5.2/1', 'Huffman padding of more than 7 bits', '00 85 f2b24a84ff 84 49509fff'),
  refused('hpack/5.2/2', 'Huffman padding of zeros', '00 85 f2b24a84ff 83 495090'),
  refused('hpack/5.2/3', 'the end-of-string symbol', '00 85 f2b24a84ff 87 fffffffd25427f'),
  refused('hpack/6.1/1', 'index 0', '80'),
  [
    'hpack/6.3/1',
    'a size update to 4097, above SETTINGS_HEADER_TABLE_SIZE',
    getWithBlock(1, { before: '3fe21f' }),
    connectionError('COMPRESSION_ERROR'),
  ],
];

/** All of HPACK. */
export const HPACK_CASES: readonly ConformanceCase[] = [...ACCEPTED, ...REFUSED];
