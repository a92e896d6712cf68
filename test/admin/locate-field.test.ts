import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { lineOfField, locateIn } from '../../src/admin/locate-field.ts';
import { manifestFolder, WEB_PROXY, WEB_SERVICE } from '../support/manifest-folder.ts';

const TEXT = `${WEB_SERVICE}---\n${WEB_PROXY}`;
const ORIGIN = { kind: 'HTTPProxy', namespace: 'shop', name: 'web', field: 'spec.routes[1]' } as const;

const CASES: readonly { name: string; origin: Parameters<typeof lineOfField>[2]; line: number | null }[] = [
  { name: 'a field of a later document', origin: ORIGIN, line: 21 },
  {
    name: 'the nearest parent of a missing field',
    origin: { ...ORIGIN, field: 'spec.routes[1].mirror' },
    line: 21,
  },
  { name: 'nothing of an object that is not there', origin: { ...ORIGIN, name: 'other' }, line: null },
  { name: 'nothing of another namespace', origin: { ...ORIGIN, namespace: 'default' }, line: null },
  { name: 'nothing of another kind', origin: { ...ORIGIN, kind: 'Ingress' }, line: null },
];

for (const { name, origin, line } of CASES) {
  test(`lineOfField() finds ${name}`, () => {
    assert.equal(lineOfField('a.yaml', TEXT, origin), line);
  });
}

test('lineOfField() finds nothing in what cannot be parsed', () => {
  assert.equal(lineOfField('a.yaml', 'a: [1', ORIGIN), null);
  assert.equal(lineOfField('a.json', '{', ORIGIN), null);
});

test('locateIn() gives file and line, the line of the object when the file is gone', async (t) => {
  const folder = await manifestFolder(t, { 'a.yaml': TEXT });
  const file = join(folder, 'a.yaml');
  assert.equal(locateIn(() => ({ file, line: 14 }))(ORIGIN), `${file}:21`);
  assert.equal(locateIn(() => ({ file: `${file}x`, line: 14 }))(ORIGIN), `${file}x:14`);
  assert.equal(locateIn(() => undefined)(ORIGIN), null);
});
