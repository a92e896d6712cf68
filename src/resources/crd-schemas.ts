import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Schema } from './schema.ts';

/** What the gateway takes from a CustomResourceDefinition. */
export interface CrdSchema {
  readonly kind: string;
  /** `group/version`. */
  readonly apiVersion: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly printerColumns: readonly PrinterColumn[];
  /** The schema of a whole object. */
  readonly schema: Schema;
}

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

/** The parts of a manifest in `crds/` that are read here. */
interface CrdManifest {
  readonly spec: {
    readonly group: string;
    readonly names: {
      readonly kind: string;
      readonly plural: string;
      readonly shortNames?: readonly string[];
    };
    readonly versions: readonly {
      readonly name: string;
      readonly additionalPrinterColumns?: readonly PrinterColumn[];
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

const CRDS = new URL('../../crds/', import.meta.url);

/**
 * Reads `crds/` of the installation. Done once, at start.
 *
 * @throws If a file is missing or is no CRD: the installation is broken.
 */
export function loadCrdSchemas(): readonly CrdSchema[] {
  const files = readdirSync(CRDS).filter((name) => name.endsWith('.yaml'));
  return files.sort().map((name) => {
    // The aliases are our own.
    const manifest: CrdManifest = parse(readFileSync(new URL(name, CRDS), 'utf8'), { maxAliasCount: -1 });
    const { group, names, versions } = manifest.spec;
    const version = versions[0];
    if (version === undefined) throw new Error(`${name}: the CRD has no version`);
    return {
      kind: names.kind,
      apiVersion: `${group}/${version.name}`,
      plural: names.plural,
      shortNames: names.shortNames ?? [],
      printerColumns: version.additionalPrinterColumns ?? [],
      schema: version.schema.openAPIV3Schema,
    };
  });
}
