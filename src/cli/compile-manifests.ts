import type { CompileResult } from '../compile/compiler.ts';
import { Compiler } from '../compile/compiler.ts';
import type { CompileOptions } from '../compile/view.ts';
import type { LoadedManifests } from '../resources/manifest-directory.ts';
import { loadManifests } from '../resources/manifest-directory.ts';
import { Store } from '../resources/store.ts';
import { createValidator } from '../resources/validate.ts';

/** Manifests, read once and compiled. */
export interface CompiledManifests {
  readonly store: Store;
  readonly manifests: LoadedManifests;
  readonly result: CompileResult;
}

/**
 * Reads files and folders and compiles what stands in them, as the gateway would.
 *
 * @throws {Error} If one of the paths is not there.
 */
export async function compileManifests(
  paths: readonly string[],
  options: CompileOptions,
): Promise<CompiledManifests> {
  const store = new Store();
  const manifests = await loadManifests(paths, { store, validator: createValidator() });
  const result = new Compiler({ source: store, options }).apply([]);
  return { store, manifests, result };
}
