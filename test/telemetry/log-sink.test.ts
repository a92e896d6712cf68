import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { FileSink, StreamSink } from '../../src/telemetry/log-sink.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function directory(context: { after(fn: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-log-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('FileSink appends, and opens a new file when the old one was renamed', async (context) => {
  const path = join(directory(context), 'access.log');
  let nowMs = 0;
  const sink = new FileSink({ path, now: () => nowMs });
  await sink.write([bytes('1\n'), bytes('2\n')]);
  renameSync(path, `${path}.1`);
  nowMs += 999;
  await sink.write([bytes('3\n')]);
  nowMs += 1;
  await sink.write([bytes('4\n')]);
  await sink.close();
  assert.equal(readFileSync(`${path}.1`, 'utf8'), '1\n2\n3\n');
  assert.equal(readFileSync(path, 'utf8'), '4\n');
});

test('FileSink appends to what is there', async (context) => {
  const path = join(directory(context), 'access.log');
  for (const text of ['old\n', 'new\n']) {
    const sink = new FileSink({ path, now: () => 0 });
    await sink.write([bytes(text)]);
    await sink.close();
  }
  assert.equal(readFileSync(path, 'utf8'), 'old\nnew\n');
});

test('FileSink rejects while the file cannot be opened, and tries again', async (context) => {
  const parent = join(directory(context), 'missing');
  const path = join(parent, 'access.log');
  let nowMs = 0;
  const sink = new FileSink({ path, now: () => nowMs });
  await assert.rejects(sink.write([bytes('1\n')]), { code: 'ENOENT' });
  await assert.rejects(sink.write([bytes('2\n')]), { code: 'ENOENT' });
  mkdirSync(parent);
  nowMs += 1000;
  await sink.write([bytes('3\n')]);
  await sink.close();
  assert.equal(readFileSync(path, 'utf8'), '3\n');
});

test('FileSink rejects when the disk is full', async () => {
  const sink = new FileSink({ path: '/dev/full', now: () => 0 });
  await assert.rejects(sink.write([bytes('1\n')]), { code: 'ENOSPC' });
  await sink.close();
});

test('FileSink ends a line that a failed write tore before it writes the next', async (context) => {
  // A pipe takes as much as it holds, and fails when its reader is gone.
  const path = join(directory(context), 'access.log');
  execFileSync('mkfifo', [path]);
  const sink = new FileSink({ path, now: () => 0 });
  context.after(() => sink.close());
  const torn = sink.write([bytes(`${'x'.repeat(1 << 20)}\n`)]);
  // Opening waits for the writer, reading for its first bytes.
  const first = await open(path, 'r');
  await first.read(Buffer.alloc(1));
  await first.close();
  await assert.rejects(torn, { code: 'EPIPE' });

  const second = await open(path, 'r');
  context.after(() => second.close());
  const whole = sink.write([bytes('2\n')]).then(() => sink.write([bytes('3\n')]));
  let text = '';
  while (!text.endsWith('3\n')) {
    const { buffer, bytesRead } = await second.read(Buffer.alloc(1 << 20));
    text += buffer.toString('latin1', 0, bytesRead);
  }
  await whole;
  const lines = text.split('\n');
  assert.match(lines[0] ?? '', /^x+$/);
  assert.deepEqual(lines.slice(1), ['2', '3', '']);
});

test('StreamSink resolves when the stream took the bytes', async () => {
  const taken: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      done();
    },
  });
  const sink = new StreamSink(stream);
  await sink.write([bytes('1\n'), bytes('2\n')]);
  await sink.close();
  assert.deepEqual(taken, ['1\n2\n']);
  assert.equal(stream.writableEnded, false, 'the stream is not ours');
});

test('StreamSink rejects after EPIPE, again and again, and nothing is thrown', async () => {
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    },
  });
  const sink = new StreamSink(stream);
  await assert.rejects(sink.write([bytes('1\n')]), { code: 'EPIPE' });
  await assert.rejects(sink.write([bytes('2\n')]));
});
