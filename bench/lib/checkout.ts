import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';
import { BENCH } from './site.ts';

const ROOT = join(BENCH, '..');

/** Another commit of Sluice, ready to run. */
export interface Checkout {
  /** Path of its `bin/sluice`. */
  readonly program: string;
  remove(): void;
}

/**
 * Checks a commit out into a temporary worktree, with the node_modules of this one.
 *
 * @throws {Error} When there is no such commit.
 */
export function checkOut(ref: string): Checkout {
  const commit = commitOf(ref);
  const parent = mkdtempSync(join(tmpdir(), 'sluice-commit-'));
  const folder = join(parent, 'sluice');
  const remove = atExit(() => {
    rmSync(parent, { recursive: true, force: true });
    git('worktree', 'prune');
  });
  git('worktree', 'add', '--detach', folder, commit);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { program: join(folder, 'bin/sluice'), remove };
}

function commitOf(ref: string): string {
  try {
    return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
  } catch (cause) {
    throw new Error(`There is no commit "${ref}" in this repository`, { cause });
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}
