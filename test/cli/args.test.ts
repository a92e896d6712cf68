import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandSpec } from '../../src/cli/args.ts';
import { helpText, parseArgs } from '../../src/cli/args.ts';

const SPEC: CommandSpec = {
  name: 'try',
  summary: 'tries',
  operands: ['METHOD', 'URL'],
  optionalOperands: 1,
  flags: [
    { name: 'manifests', placeholder: 'DIR', repeat: true, help: 'a folder' },
    { name: 'workers', placeholder: 'N', help: 'threads', default: '2' },
    { name: 'quiet', placeholder: null, help: 'say nothing' },
    { name: 'o', placeholder: 'FORMAT', help: 'text or json', choices: ['text', 'json'] },
    { name: 'H', placeholder: 'HEADER', repeat: true, help: 'a header' },
  ],
  about: ['Tries something.'],
  examples: [['sluice try GET', 'an example']],
};

const GOOD: readonly { argv: string[]; operands?: string[]; flags?: Record<string, string[]> }[] = [
  { argv: ['GET'], operands: ['GET'] },
  { argv: ['GET', '/'], operands: ['GET', '/'] },
  { argv: ['--workers', '3', 'GET'], operands: ['GET'], flags: { workers: ['3'] } },
  { argv: ['--workers=3', 'GET'], operands: ['GET'], flags: { workers: ['3'] } },
  { argv: ['--workers=', 'GET'], operands: ['GET'], flags: { workers: [''] } },
  { argv: ['--workers=a=b', 'GET'], operands: ['GET'], flags: { workers: ['a=b'] } },
  { argv: ['GET', '--quiet'], operands: ['GET'], flags: { quiet: [''] } },
  {
    argv: ['GET', '-o', 'json', '-H', 'a: b', '-H', 'c: d'],
    operands: ['GET'],
    flags: { o: ['json'], H: ['a: b', 'c: d'] },
  },
  {
    argv: ['--manifests', 'a', '--manifests', 'b', 'GET'],
    operands: ['GET'],
    flags: { manifests: ['a', 'b'] },
  },
  { argv: ['--', '--quiet', '-x'], operands: ['--quiet', '-x'] },
  { argv: ['-'], operands: ['-'] },
];

for (const { argv, operands = [], flags = {} } of GOOD) {
  test(`parseArgs() takes ${argv.join(' ')}`, () => {
    const expected = { help: false, operands, flags: new Map(Object.entries(flags)) };
    assert.deepEqual(parseArgs(SPEC, argv), { ok: true, value: expected });
  });
}

const BAD: readonly { argv: string[]; error: string }[] = [
  { argv: [], error: 'METHOD is missing' },
  { argv: ['a', 'b', 'c'], error: 'unexpected "c"' },
  { argv: ['GET', '--wokers', '3'], error: 'unknown flag --wokers; did you mean --workers?' },
  { argv: ['GET', '--something'], error: 'unknown flag --something' },
  { argv: ['GET', '-workers', '3'], error: 'unknown flag -workers; did you mean --workers?' },
  { argv: ['GET', '--workers'], error: '--workers needs a value: --workers N' },
  { argv: ['GET', '--workers', '1', '--workers', '2'], error: '--workers is given twice' },
  { argv: ['GET', '--quiet=yes'], error: '--quiet takes no value' },
  { argv: ['GET', '-o', 'yaml'], error: '-o must be text or json, not "yaml"' },
];

for (const { argv, error } of BAD) {
  test(`parseArgs() refuses ${argv.join(' ') || 'nothing'}`, () => {
    assert.deepEqual(parseArgs(SPEC, argv), { ok: false, error });
  });
}

test('parseArgs() lets --help stand beside anything', () => {
  for (const argv of [['--help'], ['-h'], ['a', 'b', 'c', '--nonsense', '--help']]) {
    const args = parseArgs(SPEC, argv);
    assert.ok(args.ok && args.value.help);
  }
});

test('parseArgs() wants at least one of operands that repeat, and takes many', () => {
  const spec: CommandSpec = { ...SPEC, operands: ['PATH...'], optionalOperands: 0 };
  assert.deepEqual(parseArgs(spec, []), { ok: false, error: 'PATH is missing' });
  const args = parseArgs(spec, ['a', 'b', 'c']);
  assert.ok(args.ok);
  assert.deepEqual(args.value.operands, ['a', 'b', 'c']);
});

test('helpText() teaches usage, flags with defaults, and examples', () => {
  assert.equal(
    helpText(SPEC),
    `Usage: sluice try METHOD [URL] [flags]

Tries something.

Flags:
  --manifests DIR           a folder (repeatable)
  --workers N               threads [default: 2]
  --quiet                   say nothing
  -o FORMAT                 text or json
  -H HEADER                 a header (repeatable)
  --help                    this text

Examples:
  sluice try GET
      an example
`,
  );
});
