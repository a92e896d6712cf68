import { renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Writes a file beside and moves it to its place, as editors and deployers do: no reader sees half of it. */
export function replaceFile(path: string, text: string): void {
  const beside = join(dirname(path), `.${basename(path)}.new`);
  writeFileSync(beside, text);
  renameSync(beside, path);
}
