import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FILE_KEYS } from '../src/config/file-keys.ts';
import { PROCESS_OPTIONS } from '../src/config/process-options.ts';
import { PROXY_ERROR_CODES } from '../src/snapshot/error-codes.ts';
import { root } from './support/source-files.ts';

function page(name: string): string {
  return readFileSync(join(root, 'docs', name), 'utf8');
}

/** Texts in backticks; `.key` behind `section.other` stands for `section.key`. */
function quoted(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  let section = '';
  for (const [, word = ''] of text.matchAll(/`([^`\n]+)`/g)) {
    const full = word.startsWith('.') ? `${section}${word}` : word;
    if (full.includes('.')) section = full.slice(0, full.lastIndexOf('.'));
    found.add(full);
  }
  return found;
}

test('docs/configuration.md names every key and every flag', () => {
  const text = page('configuration.md');
  const words = quoted(text);
  const flags = PROCESS_OPTIONS.map(({ flag }) =>
    flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
  );
  assert.deepEqual(
    [...FILE_KEYS.keys(), ...flags].filter((key) => !words.has(key)),
    [],
  );
});

test('docs/configuration.md puts keys where they belong', () => {
  const text = page('configuration.md');
  const [used = '', rest = ''] = text.split('## Known, without effect');
  const [ignored = '', refused = ''] = rest.split('Refused, because');
  const places = { used: quoted(used), ignored: quoted(ignored), refused: quoted(refused) };
  const misplaced = [...FILE_KEYS]
    .filter(([name, { kind }]) => !places[kind].has(name))
    .map(([name]) => name);
  assert.deepEqual(misplaced, []);
});

test('docs/errors.md names every code', () => {
  const words = quoted(page('errors.md'));
  assert.deepEqual(
    PROXY_ERROR_CODES.filter((code) => !words.has(code)),
    [],
  );
});
