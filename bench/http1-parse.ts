/** Times the HTTP/1.1 codec: ns a head, parsed and written. `node bench/http1-parse.ts [ROUNDS]` */
import { ChunkedReader } from '../src/http1/chunked.ts';
import { parseRequestHead } from '../src/http1/request-head.ts';
import { parseResponseHead } from '../src/http1/response-head.ts';
import { requestHead, responseHead } from '../src/http1/write.ts';

const ROUNDS = Number(process.argv[2] ?? 200_000);
const REPEATS = 7;

const SMALL = 'GET /index.html HTTP/1.1\r\nHost: localhost:8080\r\n\r\n';
const BROWSER = [
  'GET /api/v1/items/42?page=2&order=name HTTP/1.1',
  'Host: www.example.com',
  'Connection: keep-alive',
  'Cache-Control: max-age=0',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Sec-Fetch-Site: same-origin',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-Dest: document',
  'Referer: https://www.example.com/index.html',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-US,en;q=0.9',
  'Cookie: session=0123456789abcdef; theme=dark',
  '\r\n',
].join('\r\n');
const RESPONSE = [
  'HTTP/1.1 200 OK',
  'Server: nginx/1.22.1',
  'Date: Mon, 23 Nov 2026 18:00:00 GMT',
  'Content-Type: text/plain',
  'Content-Length: 13',
  'Connection: keep-alive',
  '\r\n',
].join('\r\n');

const OPTIONS = { maxBytes: 32 * 1024, maxFields: 100, mergeSlashes: true, secure: false };
const RESPONSE_OPTIONS = {
  maxBytes: 64 * 1024,
  maxFields: 100,
  requestMethod: 'GET',
  upgradeRequested: false,
};
const OFFSET = 64;

/** As it comes from the worker's shared buffer: something before it, old bytes behind it. */
function place(text: string): { bytes: Buffer; end: number } {
  const bytes = Buffer.alloc(64 * 1024, 'x');
  return { bytes, end: OFFSET + bytes.write(text, OFFSET, 'latin1') };
}

function time(name: string, action: () => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = process.hrtime.bigint();
    for (let round = 0; round < ROUNDS; round++) action();
    best = Math.min(best, Number(process.hrtime.bigint() - before) / ROUNDS);
  }
  console.log(`${name.padEnd(36)} ${best.toFixed(0).padStart(6)} ns`);
}

const small = place(SMALL);
const browser = place(BROWSER);
const response = place(RESPONSE);
const parsedSmall = parseRequestHead(small.bytes, OFFSET, small.end, 0, OPTIONS);
const parsedBrowser = parseRequestHead(browser.bytes, OFFSET, browser.end, 0, OPTIONS);
const parsedResponse = parseResponseHead(response.bytes, OFFSET, response.end, 0, RESPONSE_OPTIONS);
if (!parsedSmall?.ok || !parsedBrowser?.ok || !parsedResponse?.ok) throw new Error('a head does not parse');

time('parse request, small', () => parseRequestHead(small.bytes, OFFSET, small.end, 0, OPTIONS));
time('parse request, browser-like', () => parseRequestHead(browser.bytes, OFFSET, browser.end, 0, OPTIONS));
time('parse response', () => parseResponseHead(response.bytes, OFFSET, response.end, 0, RESPONSE_OPTIONS));

const sink = Buffer.alloc(4096);
for (const [name, head] of [
  ['small', parsedSmall],
  ['browser-like', parsedBrowser],
] as const) {
  const { method, path, query, authority, headers, bodyLength } = head;
  const target = path + query;
  const parts = { method, target, authority, headers, bodyLength, upgrade: null, teTrailers: false };
  time(`write request, ${name}`, () => sink.write(requestHead(parts) ?? '', 0, 'latin1'));
}
const { status, headers } = parsedResponse;
const answer = { status, headers, bodyLength: 13, minorVersion: 1, connection: null, upgrade: null } as const;
time('write response', () => sink.write(responseHead(answer) ?? '', 0, 'latin1'));

const reader = new ChunkedReader();
for (const size of [1, 64, 4096]) {
  const chunk = `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`;
  const count = Math.floor(32_768 / chunk.length);
  const body = Buffer.from(`${chunk.repeat(count)}0\r\n\r\n`);
  const work = Buffer.alloc(body.length);
  const before = process.hrtime.bigint();
  const rounds = Math.ceil(ROUNDS / 500);
  for (let round = 0; round < rounds; round++) {
    body.copy(work);
    reader.reset();
    reader.read(work, 0, work.length);
  }
  const nsAByte = Number(process.hrtime.bigint() - before) / rounds / body.length;
  console.log(`${`chunked body, chunks of ${size}`.padEnd(36)} ${nsAByte.toFixed(2).padStart(6)} ns a byte`);
}
