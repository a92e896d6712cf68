import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** One source file of ours; paths are relative to the checkout, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Files of ours that it imports, types included, dynamic imports too. */
  readonly imports: readonly string[];
}

/** Reads all `.ts` files below a folder, sorted by path. */
export function readSourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

/** `from '…'`, `import '…'` and `import('…')`, as the formatter writes them. */
const IMPORT = /^(?:import|export)\b[^'"`;]*?'(\.[^']+)';|\bimport\('(\.[^']+)'\)/gm;

function importsOf(path: string, text: string): readonly string[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = resolve(root, dirname(path), match[1] ?? match[2] ?? '');
    return relative(root, target);
  });
}
