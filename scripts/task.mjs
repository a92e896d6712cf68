// `node scripts/task.mjs NAME [ARGUMENT...]`: installs what is missing, then runs one of the tasks below on
// the project's Node. Runs on Node 20.
import { spawnSync } from 'node:child_process';
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

const TASKS = {
  check: () => runAll(CHECKS),
  format: () => run(['node_modules/.bin/biome', 'check', '--write', '.']),
  demo: (args) => run(['bin/sluice', 'demo', ...args]),
  bench: (args) => {
    if (args.length > 0) providePrograms(['nginx', 'taskset', 'wrk']);
    return run(onProjectNode('bench/run.ts', ...args));
  },
  test: (args) => {
    if (args.length > 0) return run(testCommand(args));
    providePrograms();
    return runAll([...CHECKS, { name: 'tests', command: () => testCommand(['test/**/*.test.ts']) }]);
  },
};

function testCommand(files) {
  const concurrency = Math.max(2, availableParallelism());
  return onProjectNode(
    '--test',
    '--test-reporter=spec',
    `--test-concurrency=${concurrency}`,
    '--test-timeout=180000',
    ...files,
  );
}

/** Runs every step, also after one that failed, and closes with one line that says how each ended. */
function runAll(steps) {
  const ends = steps.map(({ name, command }) => {
    console.log(`\n== ${name}`);
    const status = run(command());
    return { status, text: `${name} ${status === 0 ? 'ok' : 'FAILED'}` };
  });
  console.log(`\n${ends.map(({ text }) => text).join(', ')}`);
  return ends.some(({ status }) => status !== 0) ? 1 : 0;
}

/** Ctrl-C reaches the whole group, so it is left to the child to decide what it means. */
function run([command, ...args]) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (done.error !== undefined) throw done.error;
  if (done.signal !== null) return 128 + constants.signals[done.signal];
  return done.status ?? 1;
}

const [name = '', ...args] = process.argv.slice(2);
const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
if (task === undefined) {
  console.error(`There is no task "${name}": it is one of ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}
try {
  ensureInstalled();
  process.exitCode = task(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
