import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { runCommand } from '../support/command.ts';
import { manifestFolder } from '../support/manifest-folder.ts';
import { root } from '../support/source-files.ts';

const WRONG: readonly (readonly [argv: string[], error: RegExp])[] = [
  [[], /^sluice run: nothing to serve: give --manifests DIR or --kubeconfig FILE\n$/],
  [['--manifest', '.'], /^sluice run: unknown flag --manifest; did you mean --manifests\?\n$/],
  [['--manifests', '.', '--http', '8080'], /^sluice run: --http 8080: must be ADDR:PORT, as .*\n$/],
  [['--config', '/nowhere'], /^sluice run: cannot read --config: ENOENT.*\n$/],
];

for (const [argv, error] of WRONG) {
  test(`runCommand refuses ${argv.join(' ') || 'nothing'} in one line, status 2`, async () => {
    const run = await runCommand('run', ...argv);
    assert.equal(run.status, 2);
    assert.match(run.error, error);
  });
}

test('runCommand ends with status 1 when a folder is not there', async () => {
  const { status, error } = await runCommand('run', '--manifests', '/nowhere', '--log-level', 'error');
  assert.equal(status, 1);
  assert.match(error, /^sluice run: .*\/nowhere/);
});

/** A gateway in a process of its own, and the first line of its log for which a condition holds. */
function startGateway(folder: string): {
  child: ChildProcess;
  logged: (wanted: (line: LogLine) => boolean) => Promise<LogLine>;
} {
  const child = spawn(
    join(root, 'bin/sluice'),
    [
      ...['run', '--manifests', folder, '--http', '127.0.0.1:0', '--https', 'off', '--admin', '127.0.0.1:0'],
      ...['--access-log', 'off', '--log-format', 'json', '--workers', '1', '--drain-timeout', '1'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const seen: LogLine[] = [];
  const waiting = new Set<(line: LogLine) => void>();
  createInterface({ input: child.stderr ?? assert.fail() }).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    seen.push(line);
    for (const look of waiting) look(line);
  });
  return {
    child,
    logged: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (line: LogLine): void => {
          if (wanted(line)) resolve(line);
        };
        seen.forEach(look);
        waiting.add(look);
        child.once('exit', (status) => reject(new Error(`ended with ${status} before it logged that`)));
      }),
  };
}

interface LogLine {
  readonly message: string;
  readonly listener?: string;
  readonly port?: number;
}

const REDIRECT = `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: web, namespace: shop }
spec:
  virtualhost: { fqdn: 127.0.0.1.test }
  routes:
    - requestRedirectPolicy: { hostname: b.test, statusCode: 302 }
`;

test('runCommand serves manifests and ends with status 0 on SIGTERM', async (t) => {
  const folder = await manifestFolder(t, { 'a.yaml': REDIRECT });
  const { child, logged } = startGateway(folder);
  t.after(() => child.kill('SIGKILL'));
  const { port } = await logged(({ message, listener }) => message === 'listening' && listener === 'http');
  const response = await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' });
  assert.equal(response.status, 404);
  child.kill('SIGTERM');
  const [status] = (await once(child, 'exit')) as [number | null];
  assert.equal(status, 0);
});
