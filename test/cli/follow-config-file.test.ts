import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyChange, followConfigFile } from '../../src/cli/follow-config-file.ts';
import type { ResolvedOptions } from '../../src/config/resolve.ts';
import type { ConfiguredOptions } from '../../src/config.ts';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS, DEFAULT_STATIC } from '../../src/config.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import type { Result } from '../../src/lib/result.ts';
import { err, ok } from '../../src/lib/result.ts';

const BEFORE: ConfiguredOptions = {
  static: { ...DEFAULT_STATIC, manifests: ['m'] },
  settings: { ...DEFAULT_SETTINGS, defaultCertificate: 'default' },
  compile: DEFAULT_COMPILE,
};

function setUp(resolved: Result<ResolvedOptions, readonly string[]>) {
  const applied: unknown[] = [];
  const logged: string[] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (text, fields) => logged.push(`${text} ${JSON.stringify(fields ?? {})}`),
    error: (text, fields) => logged.push(`${text} ${JSON.stringify(fields ?? {})}`),
  };
  const gateway = {
    reconfigure: (...args: readonly unknown[]) => {
      applied.push(args);
    },
  };
  return { applied, logged, following: { resolve: async () => resolved, options: BEFORE, gateway, log } };
}

test('applyChange() hands over what may change while the gateway runs', async () => {
  const options = { ...BEFORE, settings: { ...DEFAULT_SETTINGS, trustedHops: 2 } };
  const { applied, logged, following } = setUp(ok({ options, warnings: [] }));
  await applyChange(following);
  assert.deepEqual(applied, [[{ ...BEFORE.settings, trustedHops: 2 }, DEFAULT_COMPILE]]);
  assert.deepEqual(logged, []);
});

test('applyChange() changes nothing when the file has an error', async () => {
  const { applied, logged, following } = setUp(err(['f.yaml:1: unknown key x']));
  await applyChange(following);
  assert.deepEqual(applied, []);
  assert.deepEqual(logged, ['configuration not applied {"problem":"f.yaml:1: unknown key x"}']);
});

test('applyChange() says which options need a restart', async () => {
  const options = { ...BEFORE, static: { ...BEFORE.static, workers: BEFORE.static.workers + 1 } };
  const { applied, logged, following } = setUp(ok({ options, warnings: ['a warning'] }));
  await applyChange(following);
  assert.equal(applied.length, 1);
  assert.deepEqual(logged, ['a warning {}', 'option takes effect after a restart {"option":"workers"}']);
});

test('followConfigFile() leaves nothing behind when it is stopped', () => {
  const { following } = setUp(err([]));
  followConfigFile('/nowhere/sluice.yaml', following)();
});
