import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SourceFile } from './support/source-files.ts';
import { readSourceFiles, root } from './support/source-files.ts';

// The rooms of `src/` and which rooms each may import; `lib` is open to all. ARCHITECTURE.md tells what
// lives where. Files that stand in `src/` itself are wiring: rooms of their own that may import everything.

const CONTROL = ['resources', 'compile', 'certs', 'jwks', 'canary', 'clusters'] as const;
const DATA = ['router', 'filters', 'upstream', 'http1', 'http2', 'proxy'] as const;

const MAY_IMPORT: Readonly<Record<string, readonly string[] | 'everything'>> = {
  main: 'everything',
  gateway: 'everything',
  'gateway-view': 'everything',
  'control-plane': 'everything',
  config: 'everything',
  cli: ['gateway', 'config', ...CONTROL, 'snapshot', 'workers', 'limits', 'telemetry', 'admin'],
  lib: [],
  resources: [],
  compile: ['resources', 'snapshot'],
  snapshot: [],
  workers: ['snapshot'],
  router: ['snapshot', 'filters'],
  filters: ['snapshot', 'limits', 'workers'],
  limits: ['workers'],
  upstream: ['snapshot', 'http1', 'http2', 'workers'],
  http1: [],
  http2: ['http1'],
  proxy: ['snapshot', 'router', 'filters', 'upstream', 'http1', 'http2', 'workers', 'telemetry'],
  certs: ['resources', 'snapshot'],
  jwks: ['snapshot'],
  canary: ['snapshot', 'resources'],
  clusters: ['snapshot', 'resources'],
  telemetry: ['workers', 'snapshot'],
  admin: [...CONTROL, 'snapshot', 'workers', 'router', 'filters', 'limits', 'upstream', 'http1', 'telemetry'],
  ui: [],
};

const MAX_LINES = 400;

/** Files without a test of their own, and what tests them instead. */
const WITHOUT_OWN_TEST: Readonly<Record<string, string>> = {
  'src/cli/command.ts': 'types and one number',
  'src/http2/drain.ts': 'test/http2/session.test.ts: goAway(), ping()',
  'src/http2/held-fields.ts':
    'two numbers; test/http2/flood.test.ts: heads that all connections of a worker hold',
  'src/http2/inbound.ts': 'test/http2/session.test.ts, flood.test.ts, frame by frame',
  'src/http2/message-reader.ts': 'test/http2/session.test.ts, request-head.test.ts, row by row',
  'src/http2/session-core.ts': 'test/http2/session.test.ts: how streams and connections end',
  'src/http2/session-limits.ts': 'numbers; test/http2/flood.test.ts meets them',
  'src/http2/stream.ts': 'the fields of a stream; session.test.ts, send-queue.test.ts',
  'src/proxy/client-connection.ts': 'test/features/http1-connections.test.ts',
  'src/proxy/forward-retries.ts': 'test/features/retry-alone.test.ts, retry-policy.test.ts',
  'src/proxy/http1-connection.ts': 'test/features/http1-*.test.ts, row by row of the rules',
  'src/proxy/http2-tunnel-end.ts': 'test/proxy/http2-downstream.test.ts: switchTo()',
  'src/proxy/tunnel.ts': 'test/features/http1-upgrade.test.ts, http2-websocket.test.ts',
  'src/upstream/connect.ts': 'test/upstream/connection.test.ts, http2-connection.test.ts',
  'src/upstream/http2-attempt.ts': 'test/upstream/http2-connection.test.ts: streams of every kind',
  'src/main.ts': 'only hands the process to cli/main.ts; test/bin/sluice.test.ts runs it',
};

const files = readSourceFiles('src');

/** `src/compile/policies/a.ts` is in room `compile`, `src/config.ts` in room `config`. */
function roomOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

function isWiring(path: string): boolean {
  return path.split('/').length === 2;
}

function isGenerated(file: SourceFile): boolean {
  return file.path.endsWith('.generated.ts');
}

test('src holds only rooms of the table', () => {
  const strangers = files
    .filter(({ path }) => !isWiring(path) && !(roomOf(path) in MAY_IMPORT))
    .map(({ path }) => path);
  assert.deepEqual(strangers, []);
});

test('a room imports only rooms that the table allows', () => {
  const problems = files.flatMap(({ path, imports }) => {
    const room = roomOf(path);
    const allowed = isWiring(path) ? 'everything' : (MAY_IMPORT[room] ?? []);
    return imports
      .filter((target) => target.startsWith('src/'))
      .filter((target) => ![room, 'lib'].includes(roomOf(target)))
      .filter((target) => allowed !== 'everything' && !allowed.includes(roomOf(target)))
      .map((target) => `${path} imports ${target}: ${room} may import ${allowed} and lib`);
  });
  assert.deepEqual(problems, []);
});

test('control plane and data plane never import each other', () => {
  const problems = files.flatMap(({ path, imports }) => {
    const others = sideOf(path) === 'control' ? DATA : sideOf(path) === 'data' ? CONTROL : [];
    return imports
      .filter((target) => (others as readonly string[]).includes(roomOf(target)))
      .map((target) => `${path} imports ${target}: what both need is in src/snapshot`);
  });
  assert.deepEqual(problems, []);
});

function sideOf(path: string): 'control' | 'data' | 'neither' {
  const room = roomOf(path);
  if ((CONTROL as readonly string[]).includes(room)) return 'control';
  return (DATA as readonly string[]).includes(room) ? 'data' : 'neither';
}

test('rooms import each other without cycles', () => {
  const graph = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const targets = graph.get(roomOf(path)) ?? new Set();
    for (const target of imports.filter((one) => one.startsWith('src/'))) {
      if (roomOf(target) !== roomOf(path)) targets.add(roomOf(target));
    }
    graph.set(roomOf(path), targets);
  }
  assert.equal(findCycle(graph)?.join(' → '), undefined);
});

/** Depth first; the path from a room back to itself, or undefined. */
function findCycle(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (room: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(room)) return [...way.slice(way.indexOf(room)), room];
    if (done.has(room)) return undefined;
    for (const target of graph.get(room) ?? []) {
      const cycle = visit(target, [...way, room]);
      if (cycle !== undefined) return cycle;
    }
    done.add(room);
    return undefined;
  };
  for (const room of graph.keys()) {
    const cycle = visit(room, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

test('src imports nothing outside src but packages', () => {
  const problems = files.flatMap(({ path, imports }) =>
    imports.filter((target) => !target.startsWith('src/')).map((target) => `${path} imports ${target}`),
  );
  assert.deepEqual(problems, []);
});

test(`a source file has at most ${MAX_LINES} lines`, () => {
  const long = files
    .filter((file) => !isGenerated(file) && file.text.split('\n').length - 1 > MAX_LINES)
    .map(({ path }) => path);
  assert.deepEqual(long, []);
});

test('nothing is exported as default or passed on from another file', () => {
  const problems = files
    .filter(({ text }) => /^export default\b|^export (type )?(\*|\{[^}]*\}) from\b/m.test(text))
    .map(({ path }) => path);
  assert.deepEqual(problems, []);
});

test('a file that exports more than types has a test of the same name', () => {
  const untested = files
    .filter((file) => !isGenerated(file) && /^export (?!type\b|interface\b)/m.test(file.text))
    .filter(({ path }) => !(path in WITHOUT_OWN_TEST))
    .filter(({ path }) => !existsSync(join(root, path.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts'))))
    .map(({ path }) => path);
  assert.deepEqual(untested, []);
});

test('the list of files without a test of their own names only files that are there', () => {
  const gone = Object.keys(WITHOUT_OWN_TEST).filter((path) => !files.some((file) => file.path === path));
  assert.deepEqual(gone, []);
});
