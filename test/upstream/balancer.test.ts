import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createBalancer } from '../../src/upstream/balancer.ts';
import type { LiveEndpoint } from '../../src/upstream/endpoint.ts';
import { seededRandom } from './support.ts';

/** What a balancer looks at of an endpoint. */
const endpoint = (name: string, state: { active?: number; rests?: boolean } = {}): LiveEndpoint =>
  ({ name, active: 0, rests: false, ...state }) as unknown as LiveEndpoint;

const KINDS = ['round-robin', 'least-request', 'random'] as const;

function counts(
  kind: (typeof KINDS)[number],
  endpoints: readonly LiveEndpoint[],
  picks = 1200,
): Record<string, number> {
  const balancer = createBalancer(kind, seededRandom(7));
  const result = Object.fromEntries(endpoints.map(({ name }) => [name, 0]));
  for (let i = 0; i < picks; i++) {
    const picked = balancer.pick(endpoints, null);
    if (picked !== null) result[picked.name] = (result[picked.name] ?? 0) + 1;
  }
  return result;
}

test('createBalancer("round-robin") gives each endpoint its turn', () => {
  const endpoints = ['a', 'b', 'c'].map((name) => endpoint(name));
  assert.deepEqual(counts('round-robin', endpoints), { a: 400, b: 400, c: 400 });
});

test('createBalancer("round-robin") begins at different places', () => {
  const endpoints = ['a', 'b', 'c', 'd'].map((name) => endpoint(name));
  const random = seededRandom(3);
  const first = Array.from(
    { length: 40 },
    () => createBalancer('round-robin', random).pick(endpoints, null)?.name,
  );
  assert.equal(new Set(first).size, 4);
});

test('createBalancer("round-robin") does not count a retry as a turn', () => {
  const [a, b] = [endpoint('a'), endpoint('b')];
  const balancer = createBalancer('round-robin', () => 0);
  const firsts = Array.from({ length: 6 }, () => {
    const first = balancer.pick([a, b], null);
    assert.equal(balancer.pick([a, b], first), first === a ? b : a);
    return first?.name;
  });
  assert.deepEqual(firsts, ['b', 'a', 'b', 'a', 'b', 'a']);
});

test('createBalancer("random") and ("least-request") spread evenly over endpoints that are equally busy', () => {
  const endpoints = ['a', 'b', 'c', 'd'].map((name) => endpoint(name));
  for (const kind of ['random', 'least-request'] as const) {
    for (const count of Object.values(counts(kind, endpoints, 4000))) {
      assert.equal(count > 850 && count < 1150, true, `${kind}: ${count} of 4000`);
    }
  }
});

test('createBalancer("least-request") gives the busiest of four only what two equal choices leave it', () => {
  const endpoints = [endpoint('a', { active: 9 }), ...['b', 'c', 'd'].map((name) => endpoint(name))];
  const { a = 0 } = counts('least-request', endpoints, 4000);
  assert.equal(a < 4000 / 16 + 80, true, `${a} of 4000`);
});

for (const kind of KINDS) {
  test(`createBalancer("${kind}") answers null to nothing, and the one to one`, () => {
    const balancer = createBalancer(kind, seededRandom(1));
    assert.equal(balancer.pick([], null), null);
    const only = endpoint('a', { rests: true });
    assert.equal(balancer.pick([only], null), only);
    assert.equal(balancer.pick([only], only), only);
  });

  test(`createBalancer("${kind}") passes over up to half of the endpoints, as a property`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: -1, max: 8 }),
        fc.integer(),
        (resting, avoided, seed) => {
          const endpoints = resting.map((rests, index) => endpoint(String(index), { rests }));
          const avoid = endpoints[avoided] ?? null;
          const picked = createBalancer(kind, seededRandom(seed)).pick(endpoints, avoid);
          assert.ok(picked !== null);
          const others = endpoints.filter((each) => each !== avoid);
          if (others.length > 0) assert.notEqual(picked, avoid);
          const sparing = resting.filter(Boolean).length * 2 <= resting.length;
          if (sparing && others.some(({ rests }) => !rests)) assert.equal(picked.rests, false);
        },
      ),
    );
  });
}
