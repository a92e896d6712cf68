/** Times HPACK: ns a header block, decoded and encoded. `node bench/hpack.ts [ROUNDS]` */
import { HpackDecoder } from '../src/http2/hpack/decoder.ts';
import type { RequestFields, ResponseFields } from '../src/http2/hpack/encoder.ts';
import { HpackEncoder } from '../src/http2/hpack/encoder.ts';
import { decodeHuffman, huffmanRoom } from '../src/http2/hpack/huffman-decode.ts';
import { encodeHuffman } from '../src/http2/hpack/huffman-encode.ts';

const ROUNDS = Number(process.argv[2] ?? 100_000);
const REPEATS = 7;
const OFFSET = 64;
const LIMITS = { maxListBytes: 32 * 1024, maxFields: 100, maxCookieFields: 256 };
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

const SMALL: RequestFields = {
  method: 'GET',
  scheme: 'https',
  authority: 'localhost:8443',
  path: '/index.html',
  protocol: null,
  headers: ['user-agent', 'h2load nghttp2/1.52.0'],
  neverIndexed: [],
};
const BROWSER: RequestFields = {
  ...SMALL,
  authority: 'www.example.com',
  path: '/api/v1/items/42?page=2&order=name',
  headers: [
    ...['cache-control', 'max-age=0', 'upgrade-insecure-requests', '1', 'user-agent', USER_AGENT],
    ...['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
    ...['sec-fetch-site', 'same-origin', 'sec-fetch-mode', 'navigate', 'sec-fetch-dest', 'document'],
    ...['referer', 'https://www.example.com/index.html', 'accept-encoding', 'gzip, deflate, br, zstd'],
    ...['accept-language', 'en-US,en;q=0.9', 'cookie', 'session=0123456789abcdef', 'cookie', 'theme=dark'],
  ],
};
const PLAIN_RESPONSE: ResponseFields = {
  status: 200,
  headers: [
    ...['server', 'nginx/1.22.1', 'date', 'Mon, 23 Nov 2026 18:00:00 GMT', 'content-type', 'text/plain'],
    ...['content-length', '13'],
  ],
  neverIndexed: [],
};
const APPLICATION: ResponseFields = {
  ...PLAIN_RESPONSE,
  headers: [
    ...PLAIN_RESPONSE.headers,
    ...['cache-control', 'no-cache, private', 'etag', 'W/"5f2b-18c3a7d9e40"', 'vary', 'Accept-Encoding'],
    ...['strict-transport-security', 'max-age=31536000', 'x-content-type-options', 'nosniff'],
    ...['x-request-id', '7f3c0a9e51b24d6f8e20b1d3c4a59687', 'x-frame-options', 'DENY'],
    ...['set-cookie', 'session=0123456789abcdef; Path=/; HttpOnly; Secure; SameSite=Lax'],
  ],
};

/** Best of some repeats, of ns a round. */
function time(action: () => unknown, rounds = ROUNDS): number {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = process.hrtime.bigint();
    for (let round = 0; round < rounds; round++) action();
    best = Math.min(best, Number(process.hrtime.bigint() - before) / rounds);
  }
  return best;
}

function print(name: string, figure: number, unit: string, bytes: number): void {
  console.log(
    `${name.padEnd(44)} ${figure.toFixed(unit === 'ns' ? 0 : 2).padStart(6)} ${unit} ${bytes} bytes`,
  );
}

type Encode = (encoder: HpackEncoder, out: Buffer) => number;

/** The first block of a connection, and the third, when all that repeats is in the tables. */
function timeBoth(name: string, encode: Encode): void {
  const out = Buffer.alloc(16 * 1024);
  const encoder = new HpackEncoder();
  const blocks = [1, 2, 3].map(() => Buffer.from(out.subarray(OFFSET, encode(encoder, out))));
  const [first, second, third] = blocks.map((block) => Buffer.concat([Buffer.alloc(OFFSET, 'x'), block]));
  if (first === undefined || second === undefined || third === undefined) return;
  const decode = (decoder: HpackDecoder, block: Buffer): unknown =>
    decoder.decode(block, OFFSET, block.length, LIMITS);

  print(
    `encode ${name}, first`,
    time(() => encode(new HpackEncoder(), out)),
    'ns',
    first.length - OFFSET,
  );
  print(
    `encode ${name}, warm`,
    time(() => encode(encoder, out)),
    'ns',
    third.length - OFFSET,
  );
  print(
    `decode ${name}, first`,
    time(() => decode(new HpackDecoder(), first)),
    'ns',
    first.length - OFFSET,
  );
  const decoder = new HpackDecoder();
  for (const block of [first, second]) decode(decoder, block);
  print(
    `decode ${name}, warm`,
    time(() => decode(decoder, third)),
    'ns',
    third.length - OFFSET,
  );
}

timeBoth('request, small', (encoder, out) => encoder.encodeRequest(SMALL, out, OFFSET));
timeBoth('request, browser', (encoder, out) => encoder.encodeRequest(BROWSER, out, OFFSET));
timeBoth('response, small', (encoder, out) => encoder.encodeResponse(PLAIN_RESPONSE, out, OFFSET));
timeBoth('response, application', (encoder, out) => encoder.encodeResponse(APPLICATION, out, OFFSET));

for (const text of ['www.example.com', USER_AGENT]) {
  const bytes = Buffer.from(text, 'latin1');
  const coded = Buffer.alloc(4 * bytes.length);
  const length = encodeHuffman(bytes, bytes.length, coded, 0);
  const out = Buffer.alloc(huffmanRoom(length));
  const decodeNs = time(() => decodeHuffman(coded, 0, length, out)) / bytes.length;
  const encodeNs = time(() => encodeHuffman(bytes, bytes.length, coded, 0)) / bytes.length;
  print('huffman decode', decodeNs, 'ns a byte of', bytes.length);
  print('huffman encode', encodeNs, 'ns a byte of', bytes.length);
}
