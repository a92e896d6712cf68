import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../../src/cli/main.ts';
import { fakeContext, runCommand } from '../support/command.ts';

test('main() without a command prints the overview to stderr, status 2', async () => {
  const { status, out, error } = await runCommand();
  assert.equal(status, 2);
  assert.equal(out, '');
  assert.match(error, /sluice run /);
});

test('main() prints the overview for help', async () => {
  for (const word of ['help', '--help', '-h']) {
    const { status, out } = await runCommand(word);
    assert.equal(status, 0);
    assert.match(out, /sluice explain /);
  }
});

test('main() prints the help of one command', async () => {
  const direct = await runCommand('check', '--help');
  assert.equal(direct.status, 0);
  assert.match(direct.out, /^Usage: sluice check PATH\.\.\. \[flags\]/);
  assert.deepEqual(await runCommand('help', 'check'), direct);
});

test('main() names the nearest command, in one line, status 2', async () => {
  assert.deepEqual(await runCommand('chekc'), {
    status: 2,
    out: '',
    error: 'sluice: unknown command "chekc"; did you mean sluice check?\n',
  });
  assert.equal(
    (await runCommand('frobnicate')).error,
    'sluice: unknown command "frobnicate"; see sluice --help\n',
  );
});

test('main() names a wrong flag, in one line, status 2', async () => {
  assert.deepEqual(await runCommand('version', '--jsno'), {
    status: 2,
    out: '',
    error: 'sluice version: unknown flag --jsno\n',
  });
});

test('main() takes --version', async () => {
  const context = fakeContext();
  assert.equal(await main(['--version'], context), 0);
  assert.match(context.written.out, /^sluice \d/);
});
