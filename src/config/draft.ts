import type { ConfiguredOptions } from '../config.ts';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS, DEFAULT_STATIC } from '../config.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Options while file and flags are laid over the defaults. Values are replaced, never changed inside. */
export interface Draft {
  readonly static: Mutable<ConfiguredOptions['static']>;
  readonly settings: Mutable<ConfiguredOptions['settings']>;
  readonly compile: Mutable<ConfiguredOptions['compile']>;
  kubeconfig: string | null;
  context: string | null;
  /** null: text on a terminal, else JSON. */
  logFormat: 'text' | 'json' | null;
}

/** The defaults, ready to be changed. */
export function newDraft(): Draft {
  return {
    static: { ...DEFAULT_STATIC },
    settings: { ...DEFAULT_SETTINGS },
    compile: { ...DEFAULT_COMPILE },
    kubeconfig: null,
    context: null,
    logFormat: null,
  };
}
