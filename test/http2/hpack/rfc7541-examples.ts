/** A block of RFC 7541 Appendix C and what the decoder must hold after it. */
export interface ExampleBlock {
  readonly hex: string;
  readonly fields: readonly string[];
  readonly tableBytes: number;
}

export interface Example {
  readonly section: string;
  readonly maxTableBytes: number;
  readonly blocks: readonly ExampleBlock[];
}

const FIRST = [':method', 'GET', ':scheme', 'http', ':path', '/', ':authority', 'www.example.com'];
const SECOND = [...FIRST, 'cache-control', 'no-cache'];
const THIRD = [
  ...[':method', 'GET', ':scheme', 'https', ':path', '/index.html', ':authority', 'www.example.com'],
  ...['custom-key', 'custom-value'],
];
const REQUEST_BYTES = [57, 110, 164];

const ANSWER = [
  ...['cache-control', 'private', 'date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
  ...['location', 'https://www.example.com'],
];
const LAST_ANSWER = [
  ...[':status', '200', 'cache-control', 'private', 'date', 'Mon, 21 Oct 2013 20:13:22 GMT'],
  ...['location', 'https://www.example.com', 'content-encoding', 'gzip'],
  ...['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
];
const ANSWERS = [
  [':status', '302', ...ANSWER],
  [':status', '307', ...ANSWER],
  [':status', '200', ...ANSWER],
];
const ANSWER_BYTES = [222, 222, 215];

function blocks(
  hexes: readonly string[],
  lists: readonly (readonly string[])[],
  sizes: readonly number[],
): readonly ExampleBlock[] {
  return hexes.map((hex, at) => ({ hex, fields: lists[at] ?? [], tableBytes: sizes[at] ?? 0 }));
}

export const EXAMPLES: readonly Example[] = [
  {
    section: 'C.2.1',
    maxTableBytes: 4096,
    blocks: blocks(
      ['400a637573746f6d2d6b65790d637573746f6d2d686561646572'],
      [['custom-key', 'custom-header']],
      [55],
    ),
  },
  {
    section: 'C.2.2',
    maxTableBytes: 4096,
    blocks: blocks(['040c2f73616d706c652f70617468'], [[':path', '/sample/path']], [0]),
  },
  {
    section: 'C.2.3',
    maxTableBytes: 4096,
    blocks: blocks(['100870617373776f726406736563726574'], [['password', 'secret']], [0]),
  },
  { section: 'C.2.4', maxTableBytes: 4096, blocks: blocks(['82'], [[':method', 'GET']], [0]) },
  {
    section: 'C.3',
    maxTableBytes: 4096,
    blocks: blocks(
      [
        '828684410f7777772e6578616d706c652e636f6d',
        '828684be58086e6f2d6361636865',
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
      ],
      [FIRST, SECOND, THIRD],
      REQUEST_BYTES,
    ),
  },
  {
    section: 'C.4',
    maxTableBytes: 4096,
    blocks: blocks(
      [
        '828684418cf1e3c2e5f23a6ba0ab90f4ff',
        '828684be5886a8eb10649cbf',
        '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
      ],
      [FIRST, SECOND, THIRD],
      REQUEST_BYTES,
    ),
  },
  {
    section: 'C.5',
    maxTableBytes: 256,
    blocks: blocks(
      [
        '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54' +
          '6e1768747470733a2f2f7777772e6578616d706c652e636f6d',
        '4803333037c1c0bf',
        '88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738' +
          '666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d3336' +
          '30303b2076657273696f6e3d31',
      ],
      [ANSWERS[0] ?? [], ANSWERS[1] ?? [], LAST_ANSWER],
      ANSWER_BYTES,
    ),
  },
  {
    section: 'C.6',
    maxTableBytes: 256,
    blocks: blocks(
      [
        '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
        '4883640effc1c0bf',
        '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdf' +
          'cd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      ],
      [ANSWERS[0] ?? [], ANSWERS[1] ?? [], LAST_ANSWER],
      ANSWER_BYTES,
    ),
  },
];
