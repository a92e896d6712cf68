import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../src/filters/filter.ts';
import { NO_LENGTH } from '../../src/http1/message.ts';
import { answer, fail, finishHeaders, NOT_FOUND, send } from '../../src/proxy/answer.ts';
import type { Exchange } from '../../src/proxy/exchange.ts';
import type { Settings } from '../../src/snapshot/snapshot.ts';

const GRPC_LIMITED = ['grpc-status', '14', 'grpc-message', 'slow down'];

interface Sent {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  readonly bodyLength: number;
}

/** An exchange that keeps what it was answered with. */
function exchangeOf(
  options: {
    method?: string;
    serverHeader?: Settings['serverHeader'];
    headers?: string[];
    refuses?: boolean;
    protocol?: Exchange['protocol'];
    requestHeaders?: string[];
  } = {},
) {
  const { method = 'GET', serverHeader = 'overwrite', headers = [], refuses = false } = options;
  const { protocol = 'HTTP/1.1', requestHeaders = [] } = options;
  const sent: Sent[] = [];
  const state = {
    method,
    protocol,
    requestHeaders,
    responseFilters: [],
    error: null as string | null,
    flags: '',
    bytesSent: 0,
    responseStatus: 0,
    responseHeaders: headers,
    finished: 0,
    aborted: 0,
    worker: { table: { settings: { serverHeader } }, date: () => 'now' },
    downstream: {
      respond(head: Omit<Sent, 'body'>, bytes: Buffer, start: number, end: number): boolean {
        sent.push({ ...head, body: bytes.toString('utf8', start, end) });
        return !refuses;
      },
      abort: () => state.aborted++,
    },
    finish: () => state.finished++,
  };
  return { state, exchange: state as unknown as Exchange, sent };
}

test('fail() answers with an empty body that says why (RFC 9209)', () => {
  const { exchange, state, sent } = exchangeOf();
  fail(exchange, NOT_FOUND, ['retry-after', '1']);
  assert.deepEqual(sent, [
    {
      status: 404,
      headers: [
        ...['proxy-status', 'sluice; error=destination_not_found', 'retry-after', '1'],
        ...['server', 'sluice', 'date', 'now'],
      ],
      body: '',
      bodyLength: 0,
    },
  ]);
  assert.deepEqual([state.error, state.flags, state.finished], ['destination_not_found', 'NR', 1]);
});

test('answer() gives the body of a filter or route a type, and keeps one that it has', () => {
  const given: Answer = { status: 200, headers: [], body: 'grün', error: null, flags: '' };
  const plain = exchangeOf();
  answer(plain.exchange, given);
  assert.equal(plain.sent[0]?.body, 'grün');
  assert.equal(plain.sent[0]?.bodyLength, 5);
  assert.equal(plain.sent[0]?.headers.join(' ').includes('content-type text/plain'), true);
  assert.equal(plain.state.error, null);
  const typed = exchangeOf();
  answer(typed.exchange, { ...given, headers: ['content-type', 'text/html'] });
  assert.equal(typed.sent[0]?.headers.filter((text) => text === 'content-type').length, 1);
});

test('fail() tells a gRPC call by trailers alone, and records the status that is meant', () => {
  const requestHeaders = ['content-type', 'application/grpc'];
  const headers = [
    ...['content-type', 'application/grpc', 'grpc-status', '12'],
    ...['grpc-message', 'sluice: destination_not_found'],
    ...['proxy-status', 'sluice; error=destination_not_found', 'server', 'sluice', 'date', 'now'],
  ];
  for (const [protocol, bodyLength] of [
    ['HTTP/2', NO_LENGTH],
    ['HTTP/1.1', 0],
  ] as const) {
    const { exchange, state, sent } = exchangeOf({ protocol, requestHeaders });
    fail(exchange, NOT_FOUND);
    assert.deepEqual(sent, [{ status: 200, headers, body: '', bodyLength }]);
    assert.deepEqual([state.responseStatus, state.bytesSent, state.finished], [404, 0, 1]);
  }
});

test('answer() tells a gRPC call the text of a failure; a success, a redirect and 421 stay', () => {
  const requestHeaders = ['content-type', 'application/grpc+proto'];
  const given: Answer = { status: 429, headers: [], body: 'slow down', error: null, flags: 'RL' };
  const limited = exchangeOf({ protocol: 'HTTP/2', requestHeaders });
  answer(limited.exchange, given);
  const [sent] = limited.sent;
  assert.deepEqual([sent?.status, sent?.body, sent?.headers.slice(2, 6)], [200, '', GRPC_LIMITED]);
  for (const status of [200, 302, 421]) {
    const plain = exchangeOf({ protocol: 'HTTP/2', requestHeaders });
    answer(plain.exchange, { ...given, status });
    assert.deepEqual([plain.sent[0]?.status, plain.sent[0]?.body], [status, 'slow down']);
  }
});

test('send() announces a body to HEAD and sends none', () => {
  const { exchange, state, sent } = exchangeOf({ method: 'HEAD' });
  send(exchange, 200, [], 'text');
  assert.deepEqual([sent[0]?.bodyLength, sent[0]?.body, state.bytesSent], [4, '', 0]);
});

test('send() gives the exchange up when its head cannot be written', () => {
  const { exchange, state } = exchangeOf({ refuses: true });
  send(exchange, 200, ['x', 'a\r\nb'], '');
  assert.deepEqual([state.aborted, state.finished], [1, 1]);
});

const SERVERS: readonly {
  readonly mode: Settings['serverHeader'];
  readonly own: boolean;
  readonly before: string[];
  readonly after: string[];
}[] = [
  { mode: 'overwrite', own: false, before: ['server', 'x'], after: ['server', 'sluice'] },
  { mode: 'overwrite', own: false, before: [], after: ['server', 'sluice'] },
  { mode: 'append-if-absent', own: false, before: ['server', 'x'], after: ['server', 'x'] },
  { mode: 'append-if-absent', own: false, before: [], after: ['server', 'sluice'] },
  { mode: 'pass-through', own: false, before: ['server', 'x'], after: ['server', 'x'] },
  { mode: 'pass-through', own: false, before: [], after: [] },
  { mode: 'pass-through', own: true, before: [], after: ['server', 'sluice'] },
];

for (const { mode, own, before, after } of SERVERS) {
  test(`finishHeaders() in mode ${mode} makes [${after}] of [${before}]${own ? ' of our own' : ''}`, () => {
    const { exchange, state } = exchangeOf({ serverHeader: mode, headers: ['date', 'then', ...before] });
    finishHeaders(exchange, own);
    assert.deepEqual(state.responseHeaders, ['date', 'then', ...after]);
  });
}

test('finishHeaders() dates an answer that has no date', () => {
  const { exchange, state } = exchangeOf({ headers: ['server', 'x'], serverHeader: 'pass-through' });
  finishHeaders(exchange, false);
  assert.deepEqual(state.responseHeaders, ['server', 'x', 'date', 'now']);
});
