import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Refusal, ResponseHead } from '../../src/http1/message.ts';
import { parseResponseHead } from '../../src/http1/response-head.ts';
import { type ResponseCase, responseCases } from './cases/response-cases.ts';
import { wire } from './cases/wire.ts';
import { cutsOf, feedHead } from './feed.ts';

function parse(
  entry: Pick<ResponseCase, 'input' | 'requestMethod' | 'upgradeRequested'>,
  cuts: readonly number[],
): ResponseHead | Refusal | null {
  const { input, requestMethod = 'GET', upgradeRequested = false } = entry;
  const options = { maxBytes: 64 * 1024, maxFields: 100, requestMethod, upgradeRequested };
  return feedHead<ResponseHead>(
    (bytes, start, end, scanned) => parseResponseHead(bytes, start, end, scanned, options),
    input,
    cuts,
  );
}

describe('parseResponseHead(), rows K', () => {
  for (const entry of responseCases) {
    test(entry.id.slice(0, 100), () => {
      const { input, expect, rest } = entry;
      for (const cuts of cutsOf(input.length)) {
        const result = parse(entry, cuts);
        const where = `cut at ${cuts.slice(0, 3)}: ${JSON.stringify(result)}`;
        if (expect === null) {
          assert.equal(result, null, where);
        } else if (typeof expect === 'number') {
          assert.ok(result !== null && !result.ok, where);
          assert.equal(result.status, expect, where);
        } else {
          assert.ok(result?.ok, where);
          assert.deepEqual({ ...result, ...expect }, result);
          if (rest !== undefined) assert.equal(input.slice(result.end), rest);
        }
      }
    });
  }
});

describe('parseResponseHead()', () => {
  test('names the fault with a code of RFC 9209', () => {
    const codes: [string, string][] = [
      [wire('HTTP/1.1 2 OK⏎⏎'), 'http_protocol_error'],
      [wire('HTTP/1.1 200 OK⏎X⏎⏎'), 'http_protocol_error'],
      [wire('HTTP/1.1 200 OK⏎Transfer-Encoding: cow⏎⏎'), 'http_response_transfer_coding'],
      [wire('HTTP/1.1 101 x⏎Connection: upgrade⏎Upgrade: websocket⏎⏎'), 'http_upgrade_failed'],
      [wire(`HTTP/1.1 200 OK⏎X: ${'y'.repeat(65_536)}`), 'http_response_header_section_size'],
      [wire(`HTTP/1.1 200 OK⏎${'X: y⏎'.repeat(101)}⏎`), 'http_response_header_section_size'],
    ];
    for (const [input, error] of codes) {
      const result = parse({ input }, []);
      assert.ok(result !== null && !result.ok);
      assert.equal(result.error, error);
    }
  });
});
