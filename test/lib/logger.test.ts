import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type LogLevel } from '../../src/lib/logger.ts';

function logger(format: 'text' | 'json', level: LogLevel = 'info') {
  const lines: string[] = [];
  const log = createLogger({ level, format, write: (line) => lines.push(line), wall: () => 0 });
  return { log, lines };
}

test('createLogger() writes one line of text a call, with its fields', () => {
  const { log, lines } = logger('text');
  log.warn('slow', { worker: 1, name: 'a "b"', left: undefined });
  assert.deepEqual(lines, ['1970-01-01T00:00:00.000Z warn slow worker=1 name="a \\"b\\""\n']);
});

test('createLogger() writes one JSON object a line', () => {
  const { log, lines } = logger('json');
  log.error('broken', { line: 'a\nb' });
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [{ time: '1970-01-01T00:00:00.000Z', level: 'error', message: 'broken', line: 'a\nb' }],
  );
  assert.equal(lines[0]?.indexOf('\n'), (lines[0]?.length ?? 0) - 1);
});

test('createLogger() leaves out what is below its level', () => {
  const { log, lines } = logger('text', 'warn');
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  assert.equal(lines.length, 2);
});
