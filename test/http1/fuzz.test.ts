import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChunkedReader } from '../../src/http1/chunked.ts';
import type { Refusal, RequestHead, ResponseHead } from '../../src/http1/message.ts';
import { parseRequestHead } from '../../src/http1/request-head.ts';
import { parseResponseHead } from '../../src/http1/response-head.ts';
import { requestHead, responseHead } from '../../src/http1/write.ts';
import { chunkedCases } from './cases/chunked-cases.ts';
import { connectionCases, framingCases, hostCases, syntaxCases } from './cases/request-field-cases.ts';
import { requestLineCases, targetCases } from './cases/request-line-cases.ts';
import { responseCases } from './cases/response-cases.ts';
import { feedChunked, feedHead } from './feed.ts';
import { Chance, mutate, randomCuts } from './mutate.ts';
import { decodeNaively } from './naive-chunked.ts';

/** `SLUICE_FUZZ_SECONDS` in all; `SLUICE_FUZZ_SEED` is the first round's seed, each later round's is one more. */
const SECONDS = Number(process.env.SLUICE_FUZZ_SECONDS ?? 10);
const SEED = Number(process.env.SLUICE_FUZZ_SEED ?? 1);

const REQUEST_OPTIONS = { maxBytes: 4096, maxFields: 20, mergeSlashes: true, secure: false };
/** For what we wrote ourselves: it has fields more. */
const WIDE_OPTIONS = { ...REQUEST_OPTIONS, maxBytes: 16_384, maxFields: 40 };
const RESPONSE_OPTIONS = { maxBytes: 4096, maxFields: 20, requestMethod: 'GET', upgradeRequested: true };

const short = (cases: readonly { readonly input: string }[]): string[] =>
  cases.map(({ input }) => input).filter((input) => input.length < 6000);

/** Runs rounds for a third of the time; a failure names the seed that makes this round the first. */
function fuzz(corpus: readonly string[], round: (input: string, chance: Chance) => void): void {
  const until = process.hrtime.bigint() + BigInt(Math.round((SECONDS / 3) * 1e9));
  for (let seed = SEED; process.hrtime.bigint() < until; seed++) {
    const chance = new Chance(seed);
    const input = mutate(corpus, chance);
    try {
      round(input, chance);
    } catch (error) {
      const text = `SLUICE_FUZZ_SEED=${seed} fails with input ${JSON.stringify(input)}`;
      throw new Error(text, { cause: error });
    }
  }
}

/** What must not depend on how the input was cut. */
function outcomeOf(result: { readonly ok: boolean; readonly status?: number } | null): unknown {
  return result === null || result.ok ? result : result.status;
}

function assertClean(texts: readonly (string | null)[]): void {
  for (const text of texts) assert.ok(text === null || !/[\r\n\0]/.test(text), JSON.stringify(text));
}

describe('fuzzing', () => {
  test('parseRequestHead() on mutated requests', () => {
    const cases = [requestLineCases, targetCases, hostCases, syntaxCases, framingCases, connectionCases];
    fuzz(short(cases.flat()), (input, chance) => {
      const feed = (cuts: readonly number[], text = input): RequestHead | Refusal | null =>
        feedHead<RequestHead>(
          (b, start, end, scanned) => parseRequestHead(b, start, end, scanned, REQUEST_OPTIONS),
          text,
          cuts,
        );
      const whole = feed([]);
      assert.deepEqual(outcomeOf(feed(randomCuts(input.length, chance))), outcomeOf(whole));
      if (!whole?.ok) return;
      assert.ok(whole.end > 0 && whole.end <= input.length);
      assert.deepEqual(feed([], input.slice(0, whole.end)), whole, 'what is behind the head changes it');
      const { method, path, query, authority, host, headers, bodyLength, upgrade, teTrailers } = whole;
      assertClean([method, path, query, authority, host, ...headers]);
      const parts = { method, target: path + query, authority, headers, bodyLength, upgrade, teTrailers };
      const text = requestHead(parts);
      assert.ok(text !== null, 'the writer refuses what the parser took');
      const bytes = Buffer.from(text, 'latin1');
      const again = parseRequestHead(bytes, 0, bytes.length, 0, WIDE_OPTIONS);
      assert.deepEqual({ ...whole, ...again }, again);
      const { minorVersion, keepAlive, expectContinue } = whole;
      assert.deepEqual({ ...again, minorVersion, keepAlive, expectContinue, end: whole.end }, whole);
    });
  });

  test('parseResponseHead() on mutated responses', () => {
    fuzz(short(responseCases), (input, chance) => {
      const feed = (cuts: readonly number[], text = input): ResponseHead | Refusal | null =>
        feedHead<ResponseHead>(
          (b, start, end, scanned) => parseResponseHead(b, start, end, scanned, RESPONSE_OPTIONS),
          text,
          cuts,
        );
      const whole = feed([]);
      assert.deepEqual(outcomeOf(feed(randomCuts(input.length, chance))), outcomeOf(whole));
      if (!whole?.ok) return;
      assert.ok(whole.end > 0 && whole.end <= input.length);
      assert.deepEqual(feed([], input.slice(0, whole.end)), whole, 'what is behind the head changes it');
      const { status, headers, upgrade, announcedLength } = whole;
      assertClean([...headers, upgrade]);
      const bodyLength = announcedLength >= 0 ? announcedLength : whole.bodyLength;
      const text = responseHead({ status, headers, bodyLength, minorVersion: 1, connection: null, upgrade });
      assert.ok(text !== null, 'the writer refuses what the parser took');
      const bytes = Buffer.from(text, 'latin1');
      const again = parseResponseHead(bytes, 0, bytes.length, 0, { ...RESPONSE_OPTIONS, ...WIDE_OPTIONS });
      assert.ok(again?.ok);
      assert.deepEqual(
        [again.status, again.headers, again.bodyLength, again.upgrade],
        [status, headers, whole.bodyLength, upgrade],
      );
    });
  });

  test('ChunkedReader on mutated bodies, beside the grammar written down a second time', () => {
    fuzz(short(chunkedCases), (input, chance) => {
      const whole = feedChunked(new ChunkedReader(), input, []);
      const cut = feedChunked(new ChunkedReader(), input, randomCuts(input.length, chance));
      // The rest is what the reader left of the pieces that it was given.
      assert.deepEqual(cut, whole);
      assertClean(whole.trailers);
      const naive = decodeNaively(input);
      assert.equal(whole.state === 'done', naive !== undefined, 'the grammar disagrees');
      if (naive === undefined) return;
      const { payload, trailers, rest } = whole;
      assert.deepEqual({ payload, trailers, rest }, naive);
    });
  });
});
