import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Alias, isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';

const CRDS = new URL('../crds/', import.meta.url);
const OUTPUT = new URL('../src/resources/types.generated.ts', import.meta.url);

const HEAD = `// Written by scripts/generate-types.ts from crds/; do not edit.
import type { ObjectMeta } from 'kubernetes-types/meta/v1.d.ts';
`;

type Schema = YAMLMap | Alias;

/**
 * Writes the TypeScript types of CustomResourceDefinitions: an interface for each object schema that has a YAML
 * anchor, named after it; other schemas become types in place. Descriptions become docstrings.
 *
 * @param manifests Texts of CRD files, in the order in which their types shall stand. A name that several of
 *   them define must mean the same everywhere.
 * @throws {Error} If a file is no CRD of the form that `crds/` uses.
 */
export function generateTypes(manifests: readonly string[]): string {
  const interfaces = new Map<string, string>();
  for (const text of manifests) generateManifest(text, interfaces);
  return `${HEAD}\n${[...interfaces.values()].join('\n')}`;
}

/** The text that `src/resources/types.generated.ts` must have. */
export function expectedTypes(): string {
  const files = readdirSync(CRDS).filter((name) => name.endsWith('.yaml'));
  return generateTypes(files.sort().map((name) => readFileSync(new URL(name, CRDS), 'utf8')));
}

function generateManifest(text: string, interfaces: Map<string, string>): void {
  const document = parseDocument(text);
  if (document.errors[0] !== undefined) throw document.errors[0];
  const names = document.getIn(['spec', 'names', 'kind']);
  const version = document.getIn(['spec', 'versions', 0, 'name']);
  const apiVersion = `${document.getIn(['spec', 'group'])}/${version}`;
  const root = document.getIn(['spec', 'versions', 0, 'schema', 'openAPIV3Schema'], true);
  if (!isMap(root) || root.anchor !== names) throw new Error(`${names}: the schema has no anchor &${names}`);

  const properties: Readonly<Record<string, string>> = {
    apiVersion: JSON.stringify(apiVersion),
    kind: JSON.stringify(names),
    metadata: 'ObjectMeta',
  };
  typeOf(root, '', properties);

  function resolve(schema: unknown): YAMLMap {
    const node = isAlias(schema) ? schema.resolve(document) : schema;
    if (!isMap(node)) throw new Error(`${names}: a schema is no map`);
    return node;
  }

  function typeOf(schema: Schema, indent: string, fixed: Readonly<Record<string, string>> = {}): string {
    const node = resolve(schema);
    const values = node.get('enum', true);
    if (isSeq(values)) {
      return values.items.map((item) => JSON.stringify(isScalar(item) ? item.value : item)).join(' | ');
    }
    switch (node.get('type')) {
      case 'string':
        return 'string';
      case 'boolean':
        return 'boolean';
      case 'integer':
      case 'number':
        return 'number';
      case 'array': {
        const item = typeOf(node.get('items', true) as unknown as Schema, indent);
        return item.includes(' ') ? `readonly (${item})[]` : `readonly ${item}[]`;
      }
      case 'object':
        return objectType(node, indent, fixed);
      default:
        throw new Error(`${names}: unknown type ${node.get('type')}`);
    }
  }

  function objectType(node: YAMLMap, indent: string, fixed: Readonly<Record<string, string>>): string {
    const values = node.get('additionalProperties', true);
    if (values !== undefined) {
      return `{ readonly [key: string]: ${typeOf(values as unknown as Schema, indent)} }`;
    }
    const name = node.anchor;
    if (name === undefined) return `{\n${fieldsOf(node, `${indent}  `, fixed)}${indent}}`;
    // Taken before its fields are read, so that a type stands before the types of its fields.
    const known = interfaces.get(name);
    if (known === undefined) interfaces.set(name, '');
    const text = `${docstring(node, '')}export interface ${name} {\n${fieldsOf(node, '  ', fixed)}}\n`;
    if (known !== undefined && known !== '' && known !== text) {
      throw new Error(`${names}: type ${name} differs from the one in another file`);
    }
    interfaces.set(name, text);
    return name;
  }

  function fieldsOf(node: YAMLMap, indent: string, fixed: Readonly<Record<string, string>>): string {
    const fields = node.get('properties', true);
    const required = node.get('required', true);
    const requiredNames = new Set(isSeq(required) ? required.toJSON() : []);
    if (!isMap(fields)) return '';
    let text = '';
    for (const pair of fields.items) {
      const name = String(pair.key);
      const field = pair.value as Schema;
      const type = fixed[name] ?? typeOf(field, indent);
      const mark = requiredNames.has(name) || fixed[name] !== undefined ? '' : '?';
      text += `${docstring(resolve(field), indent)}${indent}readonly ${name}${mark}: ${type};\n`;
    }
    return text;
  }
}

function docstring(node: YAMLMap, indent: string): string {
  const text = [node.get('description'), defaultOf(node)].filter((part) => part !== undefined).join(' ');
  return text === '' ? '' : `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`;
}

function defaultOf(node: YAMLMap): string | undefined {
  const value = node.get('default', true);
  return isScalar(value) ? `Default: ${JSON.stringify(value.value)}.` : undefined;
}

if (import.meta.main) writeFileSync(OUTPUT, expectedTypes());
