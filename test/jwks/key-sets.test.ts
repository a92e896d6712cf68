import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeySets, MAX_STALE_MS } from '../../src/jwks/key-sets.ts';
import type { PublicKey } from '../../src/lib/public-keys.ts';
import { err, ok, type Result } from '../../src/lib/result.ts';
import type { KeySource, RemoteKeySource } from '../../src/snapshot/key-set.ts';

const ONE: readonly PublicKey[] = [{ kty: 'RSA', kid: '1' }];
const TWO: readonly PublicKey[] = [{ kty: 'RSA', kid: '2' }];

function remote(name: string, cacheMs = 300_000): RemoteKeySource {
  return {
    kind: 'remote',
    name,
    uri: `https://me:secret@${name}.test/keys?secret=1`,
    timeoutMs: 1000,
    cacheMs,
    family: 0,
    verify: null,
  };
}

/** Key sets under a fake clock; fetches are answered by hand. */
function setUp() {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const open: {
    readonly name: string;
    readonly signal: AbortSignal;
    readonly answer: (result: Result<readonly PublicKey[], string>) => Promise<void>;
  }[] = [];
  const log: string[] = [];
  let changes = 0;
  const line = (level: string) => (text: string, fields?: object) =>
    void log.push(`${level} ${text} ${JSON.stringify(fields)}`);
  const sets = new KeySets({
    fetch: ({ name }, signal) =>
      new Promise((resolve) => {
        const answer = async (result: Result<readonly PublicKey[], string>): Promise<void> => {
          open.splice(
            open.findIndex((one) => one.answer === answer),
            1,
          );
          resolve(result);
          await new Promise(setImmediate);
        };
        open.push({ name, signal, answer });
      }),
    now: () => now,
    setTimer: (run, delayMs) => {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    random: () => 0,
    logger: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    onChange: () => changes++,
  });
  return {
    sets,
    open,
    log,
    changes: () => changes,
    timers: () => timers.map(({ at }) => at - now),
    follow: (...sources: KeySource[]) => sets.follow({ set: sources, remove: [] }),
    advance(ms: number) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
    async answer(result: Result<readonly PublicKey[], string>) {
      assert.equal(open.length, 1);
      await open[0]?.answer(result);
    },
  };
}

test('KeySets hands local keys on at once', () => {
  const { sets, open, follow } = setUp();
  follow({ kind: 'local', name: 'a', keys: ONE });
  assert.deepEqual(sets.take(), { set: [{ name: 'a', keys: ONE }], remove: [] });
  follow({ kind: 'local', name: 'a', keys: [...ONE] });
  assert.deepEqual(sets.take(), { set: [], remove: [] }, 'equal ones are no change');
  sets.follow({ set: [], remove: ['a', 'unknown'] });
  assert.deepEqual(sets.take(), { set: [], remove: ['a'] });
  assert.equal(open.length, 0);
});

test('KeySets fetches at once, again before the keys are old, and tells only of changes', async () => {
  const { sets, follow, answer, changes, timers, advance, open } = setUp();
  follow(remote('a'));
  assert.deepEqual(sets.take(), { set: [], remove: [] });
  await answer(ok(ONE));
  assert.equal(changes(), 1);
  assert.deepEqual(sets.take(), { set: [{ name: 'a', keys: ONE }], remove: [] });
  assert.deepEqual(timers(), [240_000]);
  advance(240_000);
  await answer(ok([...ONE]));
  assert.equal(changes(), 1);
  advance(240_000);
  await answer(ok(TWO));
  assert.equal(changes(), 2);
  assert.deepEqual(sets.take(), { set: [{ name: 'a', keys: TWO }], remove: [] });
  follow(remote('a'));
  assert.equal(open.length, 0, 'what is followed already is left alone');
  assert.deepEqual(sets.counts, { ok: 3, failed: 0 });
});

test('KeySets asks no server more often than each second, whatever its user wants', async () => {
  const { follow, answer, timers } = setUp();
  follow(remote('a', 0));
  await answer(ok(ONE));
  assert.deepEqual(timers(), [800]);
});

test('KeySets asks a server that is away with growing pauses, and says so once', async () => {
  const { sets, follow, answer, timers, advance, log, changes } = setUp();
  follow(remote('a'));
  const pauses: number[] = [];
  for (let i = 0; i < 7; i++) {
    await answer(err('refused'));
    pauses.push(...timers());
    advance(timers()[0] ?? 0);
  }
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  assert.equal(changes(), 0);
  assert.deepEqual(log, [
    'warn cannot fetch keys for tokens: tokens are refused {"uri":"https://a.test/keys","cause":"refused"}',
  ]);
  await answer(ok(ONE));
  assert.match(log[1] ?? '', /^info keys for tokens are there again /);
  assert.deepEqual(sets.counts, { ok: 1, failed: 7 });
});

test('KeySets keeps the last keys for a day', async () => {
  const { sets, follow, answer, advance, log, timers } = setUp();
  follow(remote('a'));
  await answer(ok(ONE));
  sets.take();
  advance(240_000);
  await answer(err('refused'));
  assert.deepEqual(sets.take(), { set: [], remove: [] });
  assert.match(log.join(), /the last ones are used/);
  advance(Math.max(MAX_STALE_MS - 240_000, timers()[0] ?? 0));
  await answer(err('refused'));
  assert.deepEqual(sets.take(), { set: [], remove: ['a'] });
  advance(timers()[0] ?? 0);
  await answer(ok(ONE));
  assert.deepEqual(sets.take(), { set: [{ name: 'a', keys: ONE }], remove: [] });
});

test('KeySets.refresh() fetches early, once in 30 s', async () => {
  const { sets, follow, answer, advance, open, timers } = setUp();
  follow(remote('a'));
  sets.refresh('a');
  sets.refresh('unknown');
  await answer(ok(ONE));
  sets.refresh('a');
  sets.refresh('a');
  await answer(ok(TWO));
  assert.deepEqual(sets.take().set, [{ name: 'a', keys: TWO }]);
  sets.refresh('a');
  advance(29_999);
  sets.refresh('a');
  assert.equal(open.length, 0);
  advance(1);
  sets.refresh('a');
  assert.deepEqual(timers(), [], 'in the place of the next one');
  await answer(err('refused'));
  advance(400);
  sets.refresh('a');
  assert.equal(open.length, 0, 'a server that is away has its own pauses');
});

test('KeySets ends the fetch of a source that is gone', async () => {
  const { sets, follow, open, timers, changes } = setUp();
  follow(remote('a'));
  const [fetch] = open;
  sets.follow({ set: [], remove: ['a'] });
  assert.equal(fetch?.signal.aborted, true);
  await fetch?.answer(ok(ONE));
  assert.deepEqual([changes(), timers(), sets.take()], [0, [], { set: [], remove: [] }]);
});

test('KeySets fetches from 16 servers at once', async () => {
  const { follow, open, sets } = setUp();
  follow(...Array.from({ length: 20 }, (_, i) => remote(`s${i}`)));
  assert.equal(open.length, 16);
  await open[0]?.answer(err('refused'));
  assert.equal(open.length, 16);
  assert.equal(open.at(-1)?.name, 's16');
  sets.close();
  assert.ok(open.every(({ signal }) => signal.aborted));
});

test('KeySets.settled() waits for the first answer of each server, but not for ever', async () => {
  const { sets, follow, open, advance, timers } = setUp();
  await sets.settled(1000);
  follow(remote('a'), remote('b'));
  let settled = false;
  const waiting = sets.settled(1000).then(() => {
    settled = true;
  });
  await open[0]?.answer(ok(ONE));
  assert.equal(settled, false);
  await open[0]?.answer(err('refused'));
  await waiting;
  assert.deepEqual(timers().toSorted(), [240_000, 500], 'its own timer is gone');
  follow(remote('c'));
  const late = sets.settled(1000);
  advance(1000);
  await late;
});

test('KeySets.close() leaves no timer and no fetch', async () => {
  const { sets, follow, answer, open, timers } = setUp();
  follow(remote('a'));
  await answer(ok(ONE));
  follow(remote('b'));
  const [fetch] = open;
  const waiting = sets.settled(1000);
  sets.close();
  await waiting;
  assert.deepEqual([timers(), fetch?.signal.aborted], [[], true]);
  await fetch?.answer(ok(ONE));
  assert.deepEqual(timers(), []);
});
