import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveOptions } from '../../src/config/resolve.ts';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS, DEFAULT_STATIC } from '../../src/config.ts';

interface Given {
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  readonly file?: string;
  readonly inCluster?: boolean;
  readonly terminal?: boolean;
}

function resolve({ flags = { manifests: ['m'] }, file, inCluster = false, terminal = false }: Given) {
  return resolveOptions({
    flags: new Map(Object.entries(flags)),
    file: file === undefined ? null : { name: 'f.yaml', text: file },
    inCluster,
    terminal,
  });
}

function optionsOf(given: Given) {
  const resolved = resolve(given);
  assert.ok(resolved.ok, JSON.stringify(resolved));
  return resolved.value.options;
}

function errorsOf(given: Given): readonly string[] {
  const resolved = resolve(given);
  assert.ok(!resolved.ok);
  return resolved.error;
}

test('resolveOptions() gives the defaults', () => {
  assert.deepEqual(optionsOf({}), {
    static: { ...DEFAULT_STATIC, manifests: ['m'] },
    settings: DEFAULT_SETTINGS,
    compile: DEFAULT_COMPILE,
  });
});

test('resolveOptions() lets a flag win over the file', () => {
  const options = optionsOf({
    file: 'workers: 3\nmanifests: [x, y]\ndrainDelay: 7\n',
    flags: { manifests: ['m'], workers: ['5'] },
  });
  assert.equal(options.static.workers, 5);
  assert.deepEqual(options.static.manifests, ['m']);
  assert.equal(options.static.drainDelayMs, 7000);
});

test('resolveOptions() logs text to a terminal, JSON elsewhere, and what it is told', () => {
  assert.equal(optionsOf({ terminal: true }).static.logFormat, 'text');
  assert.equal(optionsOf({ terminal: false }).static.logFormat, 'json');
  assert.equal(optionsOf({ terminal: true, file: 'logFormat: json' }).static.logFormat, 'json');
});

test('resolveOptions() names the default certificate in the settings', () => {
  const flags = { manifests: ['m'], 'default-certificate': ['a/b'] };
  assert.equal(optionsOf({ flags }).settings.defaultCertificate, 'default');
});

test('resolveOptions() finds the cluster', () => {
  assert.equal(optionsOf({}).static.cluster, null);
  assert.deepEqual(optionsOf({ flags: {}, inCluster: true }).static.cluster, { kind: 'in-cluster' });
  const flags = { kubeconfig: ['k'], context: ['c'] };
  const cluster = { kind: 'kubeconfig', file: 'k', context: 'c' };
  assert.deepEqual(optionsOf({ flags, inCluster: true }).static.cluster, cluster);
});

const CONTRADICTIONS: readonly { name: string; given: Given; error: RegExp }[] = [
  { name: 'nothing to serve', given: { flags: {} }, error: /nothing to serve/ },
  {
    name: 'a context alone',
    given: { flags: { manifests: ['m'], context: ['c'] } },
    error: /--context needs/,
  },
  {
    name: 'no listener',
    given: { flags: { manifests: ['m'], http: ['off'], https: ['off'] } },
    error: /both off/,
  },
  {
    name: 'TLS versions that leave none',
    given: { file: 'tls: { minimumProtocolVersion: "1.3", maximumProtocolVersion: "1.2" }' },
    error: /^tls.minimumProtocolVersion is above/,
  },
  {
    name: 'upstream TLS versions that leave none',
    given: { file: 'cluster: { upstreamTls: { minimumProtocolVersion: 1.3, maximumProtocolVersion: 1.2 } }' },
    error: /^cluster.upstreamTls/,
  },
  {
    name: 'root namespaces that are not watched',
    given: { flags: { manifests: ['m'], 'root-namespaces': ['a,b'], 'watch-namespaces': ['a'] } },
    error: /holds b/,
  },
  {
    name: 'Redis',
    given: { flags: { manifests: ['m'], redis: ['redis://h'] } },
    error: /not in this release/,
  },
  {
    name: 'a bad flag',
    given: { flags: { manifests: ['m'], workers: ['x'] } },
    error: /^--workers x: must be a whole number/,
  },
];

for (const { name, given, error } of CONTRADICTIONS) {
  test(`resolveOptions() reports ${name}`, () => {
    const errors = errorsOf(given);
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0] ?? '', error);
  });
}

test('resolveOptions() reports everything at once', () => {
  assert.equal(errorsOf({ file: 'a: 1\nworkers: 0\n', flags: { http: ['x'] } }).length, 4);
});

test('resolveOptions() passes on the warnings of the file', () => {
  const resolved = resolve({ file: 'featureFlags: []' });
  assert.ok(resolved.ok);
  assert.equal(resolved.value.warnings.length, 1);
});
