import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/config.ts';
import type { RequestHead } from '../../src/http1/message.ts';
import { parseRequestHead } from '../../src/http1/request-head.ts';
import type { Downstream } from '../../src/proxy/downstream.ts';
import { Exchange } from '../../src/proxy/exchange.ts';
import { applyRequestFields } from '../../src/proxy/request-fields.ts';
import type { WorkerContext } from '../../src/proxy/worker-context.ts';
import { CLIENT } from '../filters/context.ts';

/** Header lines in, header lines out: `name: value`, without the time. */
function apply(lines: readonly string[], options: { trustedHops?: number; secure?: boolean } = {}) {
  const text = `GET / HTTP/1.1\r\nhost: web.test\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
  const limits = { maxBytes: 32_768, maxFields: 100, mergeSlashes: true, secure: false };
  const head = parseRequestHead(Buffer.from(text, 'latin1'), 0, text.length, 0, limits);
  assert.equal(head?.ok, true);
  const worker = {
    table: { settings: { ...DEFAULT_SETTINGS, trustedHops: options.trustedHops ?? 0 } },
    now: () => 0,
    requestStart: () => 't=1.000',
  } as unknown as WorkerContext;
  const client = { ...CLIENT, secure: options.secure ?? false };
  const exchange = new Exchange(worker, {} as Downstream, client, head as RequestHead);
  applyRequestFields(exchange);
  const out: string[] = [];
  for (let i = 0; i < exchange.requestHeaders.length; i += 2)
    out.push(`${exchange.requestHeaders[i]}: ${exchange.requestHeaders[i + 1]}`);
  return { out, exchange };
}

const OWN = [
  'x-forwarded-for: 10.1.2.3',
  'x-forwarded-proto: http',
  'x-forwarded-host: web.test',
  'x-request-id: id',
  'x-request-start: t=1.000',
];

test('applyRequestFields() puts the own fields behind those of the client', () => {
  assert.deepEqual(apply(['a: b', 'x-request-id: id', 'x: y', 'foo: bar']).out, [
    'a: b',
    'x: y',
    'foo: bar',
    ...OWN,
  ]);
});

test('applyRequestFields() drops what an untrusted client says of itself, in all spellings', () => {
  const forged = [
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-forwarded-port',
    'x-real-ip',
    'forwarded',
    'x-client-cert',
    'x-forwarded-client-cert',
    'X_Forwarded_For',
    'x_forwarded-proto',
    'X_Request_Id',
    'x-envoy-original-path',
    'x_envoy_internal',
  ];
  assert.deepEqual(apply(['x-request-id: id', ...forged.map((name) => `${name}: evil`)]).out, OWN);
});

test('applyRequestFields() believes a trusted proxy, but never its certificates', () => {
  const { out } = apply(
    [
      'x-request-id: id',
      'x-forwarded-for: 1.1.1.1',
      'x-forwarded-proto: https',
      'x-forwarded-host: front.test',
      'x-real-ip: 1.1.1.1',
      'x-client-cert: evil',
    ],
    { trustedHops: 1 },
  );
  assert.deepEqual(out, [
    'x-real-ip: 1.1.1.1',
    'x-forwarded-for: 1.1.1.1, 10.1.2.3',
    'x-forwarded-proto: https',
    'x-forwarded-host: front.test',
    ...OWN.slice(3),
  ]);
  assert.equal(apply(['x-forwarded-proto: ftp'], { trustedHops: 1 }).out[1], 'x-forwarded-proto: http');
});

test('applyRequestFields() joins several x-forwarded-for and appends the peer', () => {
  const { out } = apply(['x-forwarded-for: 1.1.1.1, 2.2.2.2', 'a: b', 'x-forwarded-for: 3.3.3.3']);
  assert.equal(out[1], 'x-forwarded-for: 1.1.1.1, 2.2.2.2, 3.3.3.3, 10.1.2.3');
});

test('applyRequestFields() says how the client came', () => {
  assert.equal(apply([], { secure: true }).out[1], 'x-forwarded-proto: https');
});

test("applyRequestFields() keeps a client's x-request-id when it is a plain token, else makes one", () => {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const cases: readonly [value: string, kept: boolean][] = [
    ['a', true],
    ['Az09-_.', true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['', false],
    ['a b', false],
    ['a,b', false],
    ['"a"', false],
    ['\xe9', false],
  ];
  for (const [value, kept] of cases) {
    const { exchange } = apply([`x-request-id: ${value}`]);
    if (kept) assert.equal(exchange.requestId, value);
    else assert.match(exchange.requestId, uuid);
  }
  assert.equal(apply(['x-request-id: first', 'x-request-id: second']).exchange.requestId, 'first');
});
