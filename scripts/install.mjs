// Installs what package-lock.json names. Runs on Node 20 and on nothing but Node itself: it is what a clean
// checkout starts with.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs `npm ci` unless node_modules already holds what the lock file asks for.
 *
 * @throws {Error} When npm fails; its own output has told why.
 */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing dependencies (npm ci) …');
  const { command, args, env } = npm();
  const done = spawnSync(command, [...args, 'ci', '--include=dev', '--include=optional'], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (done.error !== undefined) throw new Error(`Cannot run npm: ${done.error.message}`);
  if (done.status !== 0) throw new Error('npm ci failed: see its output above');
}

/** Path and arguments of a command line that runs on the Node which Sluice itself runs on. */
export function onProjectNode(...args) {
  const picked = spawnSync(join(root, 'bin/pick-node'), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (picked.status !== 0) throw new Error('No Node.js that runs Sluice: see above');
  return [picked.stdout.trim().replace(/^\w+ /, ''), ...args];
}

/** Compares with the list that npm leaves in node_modules. An optional package may be missing, not differ. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = present[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * The npm that runs us, on the Node that runs it. Inside a script of npm's, `node` is the one below
 * node_modules, which `npm ci` is about to delete; so that folder leaves PATH.
 */
function npm() {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((part) => !part.endsWith('node_modules/.bin'));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script !== undefined && node !== undefined && !node.includes('node_modules')) {
    return { command: node, args: [script], env };
  }
  return { command: 'npm', args: [], env };
}
