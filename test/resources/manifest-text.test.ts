import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type RawObject, readManifestText } from '../../src/resources/manifest-text.ts';

function read(text: string, format: 'yaml' | 'json' = 'yaml'): readonly RawObject[] {
  const result = readManifestText(text, format);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

test('readManifestText() reads several documents with the lines on which they begin', () => {
  const objects = read('# none\n---\na: 1\n---\n---\n# comment\nb: 2\n...\n');
  assert.deepEqual(
    objects.map(({ value, line }) => [value, line]),
    [
      [{ a: 1 }, 3],
      [{ b: 2 }, 7],
    ],
  );
});

test('readManifestText() makes a List its items', () => {
  const text = 'kind: List\nitems:\n  - a: 1\n  - b:\n      c: 2\n';
  const objects = read(text);
  assert.deepEqual(
    objects.map(({ value, line }) => [value, line]),
    [
      [{ a: 1 }, 3],
      [{ b: { c: 2 } }, 4],
    ],
  );
  assert.equal(objects[1]?.lineOf(['b', 'c']), 5);
  const json = read('{"kind": "HTTPProxyList", "items": [{"a": 1}, {"a": 2}]}', 'json');
  assert.deepEqual(
    json.map(({ value }) => value),
    [{ a: 1 }, { a: 2 }],
  );
});

test('readManifestText() finds the line of a field, or of what is nearest above it', () => {
  const text =
    'spec:\n  routes:\n    - services:\n        - name: a\n          port: 0\n    - services: []\n';
  const [object] = read(text);
  assert.ok(object !== undefined);
  const lines: readonly (readonly [readonly (string | number)[], number])[] = [
    [['spec'], 1],
    [['spec', 'routes', 0], 3],
    [['spec', 'routes', 0, 'services', 0, 'port'], 5],
    [['spec', 'routes', 0, 'services', 0, 'weight'], 4],
    [['spec', 'routes', 1, 'services', 3, 'port'], 6],
    [['status'], 1],
  ];
  for (const [path, line] of lines) assert.equal(object.lineOf(path), line, path.join('.'));
});

test('readManifestText() reads anchors and merge keys, and finds fields behind them', () => {
  const [object] = read('base: &b\n  x: 1\nplain: *b\nmerged:\n  <<: *b\n  y: 2\n');
  assert.deepEqual(object?.value, { base: { x: 1 }, plain: { x: 1 }, merged: { x: 1, y: 2 } });
  assert.equal(object?.lineOf(['plain', 'x']), 2);
});

const bad: readonly { name: string; text: string; format?: 'json'; line: number; says: RegExp }[] = [
  { name: 'broken YAML', text: 'a: 1\nb: [1, 2\nc: 3\n', line: 3, says: /^Cannot parse: / },
  { name: 'a tab for indentation', text: 'a:\n\tb: 1\n', line: 2, says: /Tabs are not allowed/ },
  {
    name: 'a repeated key',
    text: 'a: 1\nb: 2\na: 3\n',
    line: 3,
    says: /the key "a" stands twice: remove one/,
  },
  { name: 'an unknown alias', text: 'a: *x\n', line: 1, says: /alias/ },
  {
    name: 'JSON with a bare word',
    text: '{"a": hunter2}',
    format: 'json',
    line: 1,
    says: /no JSON: correct the syntax/,
  },
  {
    name: 'JSON without a comma',
    text: '{\n"a": "hunter2"\n"b": 1}',
    format: 'json',
    line: 3,
    says: /no JSON at column 1: correct/,
  },
  { name: 'an empty JSON file', text: '', format: 'json', line: 1, says: /no JSON/ },
  { name: 'deep nesting', text: '['.repeat(100_000), line: 1, says: /Cannot parse: / },
];

for (const { name, text, format, line, says } of bad) {
  test(`readManifestText() refuses ${name} and says where`, () => {
    const result = readManifestText(text, format ?? 'yaml');
    assert.ok(!result.ok);
    assert.equal(result.error.line, line);
    assert.match(result.error.text, says);
    assert.doesNotMatch(result.error.text, /hunter2/);
  });
}

test('readManifestText() refuses aliases that grow without bound', () => {
  let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n';
  for (let level = 1; level < 10; level += 1) {
    text += `a${level}: &a${level} [${Array(9)
      .fill(`*a${level - 1}`)
      .join(', ')}]\n`;
  }
  const result = readManifestText(text, 'yaml');
  assert.ok(!result.ok);
  assert.match(result.error.text, /aliases/);
});

test('readManifestText() takes the keys of a large map in linear time', () => {
  const text = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1\n`).join('');
  assert.equal(Object.keys(read(text)[0]?.value as object).length, 50_000);
});

test('readManifestText() never throws', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '- ',
    '&x ',
    '*x',
    '[',
    ']',
    '{',
    '}',
    '"',
    '  ',
    '---\n',
    '<<',
    '|',
    '!t ',
    '1',
    '\t',
    '? ',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }),
      fc.constantFrom('yaml' as const, 'json' as const),
      (pieces, format) => {
        const result = readManifestText(pieces.join(''), format);
        if (result.ok) for (const object of result.value) assert.ok(object.lineOf(['a', 0, 'b']) >= 1);
      },
    ),
    { numRuns: 2000, seed: 1 },
  );
});
