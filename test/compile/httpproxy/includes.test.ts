import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate } from '../../../src/compile/httpproxy/context.ts';
import { MAX_DEPTH, MAX_STEPS, replaceIdentical } from '../../../src/compile/httpproxy/includes.ts';
import type { Place } from '../../../src/compile/place.ts';
import { backend, Harness, proxy } from '../compiler-harness.ts';
import { findings } from '../findings.ts';

const ROOT = proxy('root', 'virtualhost: { fqdn: a.example }\nincludes: [{ name: p0 }]');
const LEAF = 'routes: [{ services: [{ name: web, port: 80 }] }]';

test('compileTree() adds includes before own routes', () => {
  const harness = new Harness();
  const result = harness.apply(
    proxy('root', `virtualhost: { fqdn: a.example }\nincludes: [{ name: p0 }]\n${LEAF}`),
    proxy('p0', LEAF),
    backend('web'),
  );
  // Both have the match `/`: the later added, the root's own, stays.
  const routes = result.snapshot.hosts.get('a.example')?.routes ?? [];
  assert.deepEqual(
    routes.map(({ origin }) => origin.name),
    ['root'],
  );
});

test('compileTree() follows a long chain up to its limit, and no further', () => {
  const harness = new Harness();
  harness.hold(ROOT);
  harness.hold(backend('web'));
  const chain = (length: number): void => {
    for (let index = 0; index < length; index += 1) {
      const include = `includes: [{ name: p${index + 1}, conditions: [{ prefix: /a }] }]`;
      harness.hold(proxy(`p${index}`, index === length - 1 ? LEAF : include));
    }
  };
  chain(MAX_DEPTH);
  assert.equal(harness.compile().snapshot.hosts.get('a.example')?.routes.length, 1);
  chain(MAX_DEPTH + 1);
  const result = harness.compile();
  assert.equal(result.snapshot.hosts.get('a.example')?.routes.length, 0);
  const status = result.statuses.get(`default/p${MAX_DEPTH - 1}`);
  assert.equal(status?.conditions[0].errors[0]?.reason, 'TooManyIncludes');
});

test('compileTree() stops where includes double without end', () => {
  const harness = new Harness();
  harness.hold(ROOT);
  harness.hold(backend('web'));
  for (let index = 0; index < 30; index += 1) {
    const next = `name: p${index + 1}`;
    const twice = `includes: [{ ${next}, conditions: [{ prefix: /a }] }, { ${next}, conditions: [{ prefix: /b }] }]`;
    harness.hold(proxy(`p${index}`, twice));
  }
  harness.hold(proxy('p30', LEAF));
  const result = harness.compile();
  assert.ok((result.snapshot.hosts.get('a.example')?.routes.length ?? 0) < MAX_STEPS);
  const errors = [...result.statuses.values()].flatMap(({ conditions }) => conditions[0].errors);
  assert.deepEqual(
    errors.map(({ reason }) => reason),
    ['TooManyIncludes'],
  );
});

function candidate(place: Place, value: string, reduced = false): Candidate {
  return {
    route: {
      match: { path: { kind: 'prefix', value }, headers: [], query: [] },
      action: { kind: 'respond', status: 200, body: place.field, error: null },
      filters: [],
      plain: 'serve',
      secure: 'none',
      origin: { kind: 'HTTPProxy', namespace: 'default', name: 'root', field: place.field },
    },
    reduced,
    place,
  };
}

test('replaceIdentical() keeps the later, but a whole match before a reduced one', () => {
  const { value, reports } = findings((place) =>
    replaceIdentical([
      candidate(place.at('a'), '/one'),
      candidate(place.at('b'), '/one'),
      candidate(place.at('c'), '/two'),
      candidate(place.at('d'), '/two', true),
      candidate(place.at('e'), '/three', true),
      candidate(place.at('f'), '/three'),
    ]),
  );
  assert.deepEqual(
    value.map(({ place }) => place.field),
    ['at.b', 'at.c', 'at.f'],
  );
  assert.deepEqual(reports, ['warning SpecError/IgnoredField at.a']);
});
