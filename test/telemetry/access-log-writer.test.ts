import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../src/lib/logger.ts';
import { AccessLogWriter, MAX_WAITING_BYTES } from '../../src/telemetry/access-log-writer.ts';
import type { LogSink } from '../../src/telemetry/log-sink.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A sink whose writes the test ends by hand. */
function slowSink() {
  const writes: { text: string; done: PromiseWithResolvers<void> }[] = [];
  let closed = false;
  const sink: LogSink = {
    write(batches) {
      const done = Promise.withResolvers<void>();
      writes.push({ text: Buffer.concat(batches).toString(), done });
      return done.promise;
    },
    async close() {
      closed = true;
    },
  };
  return { sink, writes, closed: () => closed };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('AccessLogWriter writes batches in order, one write at a time', async () => {
  const { sink, writes } = slowSink();
  const writer = new AccessLogWriter({ sink, logger: silentLogger, now: () => 0 });
  for (const text of ['1\n', '2\n3\n', '4\n']) writer.write(bytes(text));
  assert.deepEqual(
    writes.map(({ text }) => text),
    ['1\n'],
  );
  writes[0]?.done.resolve();
  await settled();
  assert.deepEqual(
    writes.map(({ text }) => text),
    ['1\n', '2\n3\n4\n'],
  );
  assert.deepEqual(writer.stats(), { writtenLines: 1, droppedLines: 0, waitingBytes: 6 });
  writes[1]?.done.resolve();
  await settled();
  assert.deepEqual(writer.stats(), { writtenLines: 4, droppedLines: 0, waitingBytes: 0 });
});

test('AccessLogWriter drops whole batches when too much waits, and recovers', async () => {
  const { sink, writes } = slowSink();
  const writer = new AccessLogWriter({ sink, logger: silentLogger, now: () => 0 });
  const batch = bytes(`${'x'.repeat((1 << 20) - 1)}\n`);
  for (let count = 0; count < 20; count++) writer.write(batch);
  assert.deepEqual(writer.stats(), { writtenLines: 0, droppedLines: 12, waitingBytes: MAX_WAITING_BYTES });
  writes[0]?.done.resolve();
  await settled();
  writer.write(bytes('again\n'));
  assert.equal(writer.stats().droppedLines, 12);
});

test('AccessLogWriter counts what a failing sink loses, reports it seldom, and goes on', async () => {
  const { sink, writes } = slowSink();
  const reports: string[] = [];
  let nowMs = 0;
  const logger = {
    ...silentLogger,
    warn: (text: string, fields = {}) => void reports.push(`${text} ${JSON.stringify(fields)}`),
  };
  const writer = new AccessLogWriter({ sink, logger, now: () => nowMs });
  for (const code of ['ENOSPC', 'EPIPE', 'EROFS']) {
    writer.write(bytes('a\nb\n'));
    writes.at(-1)?.done.reject(new Error(code));
    await settled();
    nowMs += 6000;
  }
  assert.deepEqual(writer.stats(), { writtenLines: 0, droppedLines: 6, waitingBytes: 0 });
  assert.equal(reports.length, 2);
  assert.match(reports[0] ?? '', /dropped .*ENOSPC/);
  writer.write(bytes('c\n'));
  writes.at(-1)?.done.resolve();
  await settled();
  assert.equal(writer.stats().writtenLines, 1);
});

test('close() writes what waits, then closes the sink; later lines are dropped', async () => {
  const { sink, writes, closed } = slowSink();
  const writer = new AccessLogWriter({ sink, logger: silentLogger, now: () => 0 });
  writer.write(bytes('a\n'));
  const end = writer.close(60_000);
  assert.equal(closed(), false);
  writes[0]?.done.resolve();
  await end;
  assert.equal(closed(), true);
  writer.write(bytes('late\n'));
  assert.deepEqual(writer.stats(), { writtenLines: 1, droppedLines: 1, waitingBytes: 0 });
});

test('close() gives up on a sink that is stuck', async () => {
  const { sink } = slowSink();
  const writer = new AccessLogWriter({ sink, logger: silentLogger, now: () => 0 });
  writer.write(bytes('a\n'));
  writer.write(bytes('b\n'));
  await writer.close(1);
  assert.equal(writer.stats().droppedLines, 1, 'what the sink holds may still be written');
});
