// `node scripts/task.mjs NAME [ARGUMENT...]`: installs what is missing, then runs one of the tasks below on
// the project's Node. Runs on Node 20.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, constants } from 'node:os';
import { ensureInstalled, onProjectNode, root } from './install.mjs';
import { providePrograms } from './programs.mjs';

const CHECKS = [
  {
    name: 'format and lint',
    command: () => ['node_modules/.bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', command: () => ['node_modules/.bin/tsc', '-p', '.'] },
];

// The cases of the bench, briefly, load all cores: nothing else runs beside them.
const TESTS = [
  { name: 'tests', command: () => testCommand(['test/*.test.ts', 'test/!(bench)/**/*.test.ts']) },
  { name: 'bench', command: () => testCommand(['test/bench/*.test.ts']) },
];

const TASKS = {
  check: () => runAll(CHECKS),
  format: () => run(['node_modules/.bin/biome', 'check', '--write', '.']),
  demo: (args) => run(['bin/sluice', 'demo', ...args]),
  bench: (args) => loadTask('bench/run.ts', args),
  profile: (args) => loadTask('bench/profile.ts', args),
  test: (args) => {
    if (args.length > 0) return run(testCommand(args));
    providePrograms();
    return runAll([...CHECKS, ...TESTS]);
  },
};

/** Without arguments it only tells its usage. */
function loadTask(file, args) {
  if (args.length > 0) providePrograms(['nginx', 'taskset', 'wrk']);
  return run(onProjectNode(file, ...args));
}

/** A file of tests ends by itself within this; one that fuzzes for hours on demand takes as much longer, three times. */
const TEST_TIMEOUT_MS = 180_000 + 3000 * Number(process.env.SLUICE_FUZZ_SECONDS ?? 0);

function testCommand(files) {
  const concurrency = Math.max(2, availableParallelism());
  return onProjectNode(
    '--test',
    '--test-reporter=spec',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    ...files,
  );
}

/** Runs every step, also after one that failed, and closes with one line that says how each ended. */
async function runAll(steps) {
  const ends = [];
  for (const { name, command } of steps) {
    console.log(`\n== ${name}`);
    const status = await run(command());
    ends.push({ status, text: `${name} ${status === 0 ? 'ok' : 'FAILED'}` });
  }
  console.log(`\n${ends.map(({ text }) => text).join(', ')}`);
  return ends.some(({ status }) => status !== 0) ? 1 : 0;
}

/** Runs a command to its end; signals to end are passed on, and it decides what they mean. */
async function run([command, ...args]) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  const passOn = (signal) => child.kill(signal);
  process.on('SIGINT', passOn);
  process.on('SIGTERM', passOn);
  const [status, signal] = await once(child, 'exit');
  process.off('SIGINT', passOn);
  process.off('SIGTERM', passOn);
  return status ?? 128 + constants.signals[signal];
}

const [name = '', ...args] = process.argv.slice(2);
const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
if (task === undefined) {
  console.error(`There is no task "${name}": it is one of ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}
try {
  ensureInstalled();
  process.exitCode = await task(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
