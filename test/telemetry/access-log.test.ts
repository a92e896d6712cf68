import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACCESS_LOG_FIELDS,
  AccessLogBatcher,
  BATCH_BYTES,
  BATCH_MS,
  formatAccessLine,
} from '../../src/telemetry/access-log.ts';
import { MAX_TEXT_LENGTH } from '../../src/telemetry/json-text.ts';
import { accessRecord } from './access-records.ts';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 0, 123);
const parse = (...args: Parameters<typeof formatAccessLine>): Record<string, unknown> =>
  JSON.parse(formatAccessLine(...args));

test('formatAccessLine() writes every field under its name', () => {
  const record = accessRecord({
    responseFlags: 'UF,URX',
    requestHeaders: [
      'user-agent',
      'curl/8',
      'x-forwarded-for',
      '1.1.1.1',
      'x-forwarded-for',
      '2.2.2.2',
      'uber-trace-id',
      'a:b:0:1',
    ],
    responseHeaders: ['grpc-status', '14'],
  });
  const line = formatAccessLine(record, 5.4, NOW);
  assert.ok(line.endsWith('}\n') && line.indexOf('\n') === line.length - 1);
  const parsed = JSON.parse(line);
  assert.deepEqual(parsed, {
    '@timestamp': '2026-01-31T12:00:00.117Z',
    authority: 'shop.example.com',
    bytes_received: 0,
    bytes_sent: 1024,
    downstream_local_address: '10.0.0.2:8443',
    downstream_remote_address: '203.0.113.7:40000',
    duration: 5,
    grpc_status: 'Unavailable',
    grpc_status_number: 14,
    method: 'GET',
    path: '/shop/items?page=2',
    protocol: 'HTTP/1.1',
    request_id: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
    requested_server_name: 'shop.example.com',
    response_code: 200,
    response_flags: 'UF,URX',
    uber_trace_id: 'a:b:0:1',
    upstream_cluster: 'shop_web_80',
    upstream_host: '10.1.0.9:8080',
    upstream_local_address: '10.0.0.2:51000',
    upstream_service_time: '4',
    user_agent: 'curl/8',
    x_forwarded_for: '1.1.1.1,2.2.2.2',
  });
  assert.deepEqual(Object.keys(parsed), [...ACCESS_LOG_FIELDS]);
});

test('formatAccessLine() leaves empty values out', () => {
  const client = { address: '', port: 0, localAddress: '', localPort: 0, serverName: '' };
  const record = accessRecord({
    method: '',
    path: '',
    query: '',
    authority: '',
    protocol: '',
    requestId: '',
    responseStatus: 0,
    client,
    upstreamName: '',
    upstreamAddress: '',
    upstreamLocalAddress: '',
    upstreamMs: -1,
    requestHeaders: [],
  });
  assert.deepEqual(parse(record, 0, NOW), {
    '@timestamp': '2026-01-31T12:00:00.123Z',
    bytes_received: 0,
    bytes_sent: 1024,
    duration: 0,
    response_code: 0,
  });
});

test('formatAccessLine() writes IPv6 addresses in brackets', () => {
  const client = { address: '::1', port: 1, localAddress: 'fe80::2', localPort: 2, serverName: '' };
  const parsed = parse(accessRecord({ client }), 0, NOW);
  assert.equal(parsed.downstream_remote_address, '[::1]:1');
  assert.equal(parsed.downstream_local_address, '[fe80::2]:2');
});

test('formatAccessLine() names an upstream as Envoy does, without the hash of its settings', () => {
  for (const upstreamName of ['a/web/80', 'b/web/80#1f', 'b/web/80']) {
    const expected = upstreamName.startsWith('a') ? 'a_web_80' : 'b_web_80';
    assert.equal(parse(accessRecord({ upstreamName }), 0, NOW).upstream_cluster, expected);
  }
});

test('formatAccessLine() prefers the gRPC status of the trailers and ignores nonsense', () => {
  const cases: [string[], string[] | null, unknown][] = [
    [[], ['grpc-status', '0'], 'OK'],
    [['grpc-status', '2'], ['grpc-status', '5'], 'NotFound'],
    [['grpc-status', '99'], null, '99'],
    [['grpc-status', '-1'], null, undefined],
    [['grpc-status', '"'], null, undefined],
  ];
  for (const [responseHeaders, responseTrailers, expected] of cases) {
    const trailers = responseTrailers === null ? {} : { responseTrailers };
    const parsed = parse(accessRecord({ responseHeaders, ...trailers }), 0, NOW);
    assert.equal(parsed.grpc_status, expected);
  }
});

test('formatAccessLine() stays one bounded line of ASCII whatever a client sends', () => {
  const hostile = `"},\n{"a":\x00\x1b[2J\x7f\x85\xff${'\xff'.repeat(100_000)}`;
  const record = accessRecord({
    method: hostile,
    path: hostile,
    authority: hostile,
    requestHeaders: ['user-agent', hostile],
  });
  const line = formatAccessLine(record, 0, NOW);
  assert.match(line, /^[\x20-\x7e]+\n$/);
  assert.equal(JSON.parse(line).user_agent, hostile.slice(0, MAX_TEXT_LENGTH));
  assert.ok(line.length < 5 * 6 * MAX_TEXT_LENGTH);
});

function makeBatcher(takes = true) {
  const batches: string[] = [];
  let dropped = 0;
  const batcher = new AccessLogBatcher({
    send: (batch) => {
      assert.equal(batch.byteLength, batch.buffer.byteLength, 'it owns its buffer');
      if (takes) batches.push(Buffer.from(batch).toString('latin1'));
      return takes;
    },
    dropped: (lines) => {
      dropped += lines;
    },
  });
  return { batcher, batches, dropped: () => dropped };
}

test('AccessLogBatcher hands on lines after a time, together', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { batcher, batches } = makeBatcher();
  batcher.add('one\n');
  context.mock.timers.tick(BATCH_MS - 1);
  batcher.add('two\n');
  assert.deepEqual(batches, []);
  context.mock.timers.tick(1);
  assert.deepEqual(batches, ['one\ntwo\n']);
  context.mock.timers.tick(10 * BATCH_MS);
  batcher.add('three\n');
  context.mock.timers.tick(BATCH_MS);
  assert.deepEqual(batches, ['one\ntwo\n', 'three\n']);
});

test('AccessLogBatcher hands on a full batch at once, in whole lines', () => {
  const { batcher, batches } = makeBatcher();
  const line = `${'x'.repeat(1023)}\n`;
  for (let count = 0; count < BATCH_BYTES / 1024; count++) batcher.add(line);
  assert.deepEqual(
    batches.map(({ length }) => length),
    [BATCH_BYTES],
  );
  batcher.close();
  assert.equal(batches.length, 1, 'nothing is left');
});

test('AccessLogBatcher counts the lines that nobody takes', () => {
  const { batcher, dropped } = makeBatcher(false);
  batcher.add('one\n');
  batcher.add('two\n');
  batcher.close();
  assert.equal(dropped(), 2);
});
