import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate } from '../../../src/compile/ingress/candidates.ts';
import { chooseCandidates } from '../../../src/compile/ingress/candidates.ts';
import type { Kinds } from '../../../src/resources/kinds.ts';
import { ingress, path, rule } from '../test-objects.ts';
import { entryOf, told } from './entries.ts';

type Path = Parameters<typeof rule>[1];

const A = 'a.example';

/** One Ingress with these paths for one host. */
const withPaths = (...paths: unknown[]) =>
  ingress('ns/i', { spec: { rules: [rule(A, ...(paths as Path[]))] } });

function choose(given: Kinds['Ingress'], host = A) {
  const entry = entryOf(given);
  return { chosen: chooseCandidates(host, [entry]), told: told(entry) };
}

/** Path and Service of each, with the field that it stands in. */
const lines = (candidates: readonly Candidate[]) =>
  candidates.map(({ pathText, backend, field }) => `${pathText} -> ${backend.name}:${backend.port} ${field}`);

test('chooseCandidates() takes the paths of all rules of the host, whatever the case of its letters', () => {
  const given = ingress('ns/i', {
    spec: { rules: [rule('A.Example', path('/one')), rule('b.example', path('/b')), rule(A, path('/two'))] },
  });
  assert.deepEqual(lines(choose(given).chosen), [
    '/one -> web:80 spec.rules[0].http.paths[0]',
    '/two -> web:80 spec.rules[2].http.paths[0]',
  ]);
});

test('chooseCandidates() chooses one for each match: the older Ingress, and within it the later path', () => {
  const old = entryOf(
    ingress('ns/old', {
      spec: { rules: [rule(A, path('/x', 'Prefix', 'first'), path('/x', 'Prefix', 'second'))] },
    }),
  );
  const young = entryOf(ingress('ns/young', { spec: { rules: [rule(A, path('/x'), path('/y'))] } }));
  assert.deepEqual(lines(chooseCandidates(A, [old, young])), [
    '/x -> second:80 spec.rules[0].http.paths[1]',
    '/y -> web:80 spec.rules[0].http.paths[1]',
  ]);
  assert.deepEqual(told(old), ['warning DuplicateMatch spec.rules[0].http.paths[0]']);
  assert.deepEqual(told(young), ['warning DuplicateMatch spec.rules[0].http.paths[0]']);
  assert.match(young.report.problems[0]?.message ?? '', /of Ingress ns\/old, which is older or comes first/);
});

test('chooseCandidates() takes a Prefix with and without a slash at its end for the same, and Exact for another', () => {
  const { chosen, told } = choose(withPaths(path('/x'), path('/x//'), path('/x', 'Exact')));
  assert.deepEqual(
    chosen.map(({ path }) => path),
    [
      { kind: 'segment', value: '/x' },
      { kind: 'exact', value: '/x' },
    ],
  );
  assert.deepEqual(told, ['warning DuplicateMatch spec.rules[0].http.paths[0]']);
});

const PATHS: readonly [what: string, path: unknown, problem: string | null][] = [
  [
    'port by number',
    { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 8080 } } } },
    null,
  ],
  [
    'port by name',
    { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'main' } } } },
    null,
  ],
  ['no path text', { pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }, null],
  [
    'port 0',
    { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 0 } } } },
    'BackendNotValid',
  ],
  ['no port', { path: '/', pathType: 'Prefix', backend: { service: { name: 'web' } } }, 'BackendNotValid'],
  [
    'an empty name of a port',
    { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: '' } } } },
    'BackendNotValid',
  ],
  ['no Service', { path: '/', pathType: 'Prefix', backend: {} }, 'BackendNotValid'],
  ['no backend', { path: '/', pathType: 'Prefix' }, 'BackendNotValid'],
  ['null for a backend', { path: '/', pathType: 'Prefix', backend: null }, 'BackendNotValid'],
  [
    'a resource',
    { path: '/', pathType: 'Prefix', backend: { resource: { kind: 'Bucket', name: 'b' } } },
    'ResourceBackendNotSupported',
  ],
  ['no slash', path('x'), 'PathNotValid'],
  ['an unknown type', path('/', 'prefix'), 'PathTypeNotValid'],
  ['a pattern that does not parse', path('/[', 'ImplementationSpecific'), 'PathPatternNotValid'],
];

for (const [what, given, problem] of PATHS) {
  test(`chooseCandidates() ${problem === null ? 'takes' : 'skips'} a path with ${what}`, () => {
    const { chosen, told } = choose(withPaths(given));
    assert.equal(chosen.length, problem === null ? 1 : 0);
    assert.deepEqual(
      told.map((line) => line.split(' ')[1]),
      problem === null ? [] : [problem],
    );
  });
}

test('chooseCandidates() lets what is skipped claim nothing, and a bad pattern end its rule alone', () => {
  const given = ingress('ns/i', {
    spec: {
      rules: [
        rule(A, path('/ok'), path('/(*', 'ImplementationSpecific'), path('/lost')),
        rule(A, path('/lost', 'Prefix', 'other')),
      ],
    },
  });
  assert.deepEqual(lines(choose(given).chosen), [
    '/ok -> web:80 spec.rules[0].http.paths[0]',
    '/lost -> other:80 spec.rules[1].http.paths[0]',
  ]);
});

const HOSTS: readonly [host: string, served: boolean][] = [
  ['*.example', true],
  ['a-b.example', true],
  ['1.example', true],
  [`${'a'.repeat(249)}.com`, true],
  [`${'a'.repeat(250)}.com`, false],
  ['*.*.example', false],
  ['a.*.example', false],
  ['-a.example', false],
  ['a..example', false],
  ['a.example.', false],
  ['a.example:80', false],
  ['a_b.example', false],
  ['a.example/x', false],
  ['bücher.example', false],
  ['a.example\r\nx: y', false],
];

for (const [host, served] of HOSTS) {
  test(`chooseCandidates() ${served ? 'serves' : 'refuses'} the host ${JSON.stringify(host.slice(-30))}`, () => {
    const given = ingress('ns/i', { spec: { rules: [rule(host, path('/'))] } });
    const { chosen, told } = choose(given, host);
    assert.equal(chosen.length, served ? 1 : 0);
    assert.deepEqual(told, served ? [] : ['error HostNotValid spec.rules[0].host']);
  });
}

test('chooseCandidates() serves default backends on the catch-all host only, behind a rule for /', () => {
  const byDefault = (name: string, rules: ReturnType<typeof rule>[] = []) =>
    entryOf(
      ingress(name, { spec: { defaultBackend: { service: { name: 'rest', port: { number: 1 } } }, rules } }),
    );
  const [old, young, ruled] = [
    byDefault('ns/a'),
    byDefault('ns/b'),
    byDefault('ns/c', [rule('', path('/'))]),
  ];
  assert.deepEqual(lines(chooseCandidates('*', [old, young])), ['/ -> rest:1 spec.defaultBackend']);
  assert.deepEqual([told(old), told(young)], [[], ['warning DuplicateMatch spec.defaultBackend']]);
  assert.deepEqual(lines(chooseCandidates('*', [old, ruled])), ['/ -> web:80 spec.rules[0].http.paths[0]']);
  assert.deepEqual([told(old), told(ruled)], [[], []], 'a rule for / overrides as a matter of course');
  assert.deepEqual(chooseCandidates(A, [old]), []);
});
