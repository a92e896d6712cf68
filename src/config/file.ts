import type { Document, ParsedNode } from 'yaml';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { messageOf } from '../lib/error-message.ts';
import { didYouMean } from '../lib/nearest.ts';
import type { Draft } from './draft.ts';
import { FILE_KEYS } from './file-keys.ts';
import { PROCESS_OPTIONS } from './process-options.ts';

/** The text of a configuration file and its name for messages. */
export interface ConfigFile {
  readonly name: string;
  readonly text: string;
}

/** What is wrong with a file, each with `NAME:LINE:` before it. With an error nothing of the file counts. */
export interface FileReport {
  readonly errors: string[];
  readonly warnings: string[];
}

/** The flags of `sluice run` under their names in camelCase. */
const PROCESS_KEYS = new Map(PROCESS_OPTIONS.map((option) => [camelCase(option.flag), option]));
const ALL_KEYS: readonly string[] = [...FILE_KEYS.keys(), ...PROCESS_KEYS.keys()];

/** Lays a configuration file over a draft. Keys may stand in any order; each may stand once. */
export function applyConfigFile(draft: Draft, file: ConfigFile): FileReport {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false });
  const report: FileReport = { errors: [], warnings: [] };
  const at = (offset: number): string => `${file.name}:${lines.linePos(offset).line}:`;
  for (const error of document.errors) report.errors.push(`${at(error.pos[0])} ${error.message}`);
  if (report.errors.length > 0 || isNothing(document.contents)) return report;
  visit(document.contents, '', { draft, document, at, report });
  return report;
}

interface Visit {
  readonly draft: Draft;
  readonly document: Document.Parsed;
  readonly at: (offset: number) => string;
  readonly report: FileReport;
}

function visit(node: ParsedNode, section: string, visited: Visit): void {
  const { at, report } = visited;
  if (!isMap(node)) {
    report.errors.push(`${at(node.range[0])} ${section || 'the file'} must be a mapping of keys to values`);
    return;
  }
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '?';
    const path = section === '' ? name : `${section}.${name}`;
    const place = at(key.range[0]);
    if (ALL_KEYS.some((known) => known.startsWith(`${path}.`))) {
      if (!isNothing(value)) visit(value, path, visited);
    } else {
      applyKey(path, value, { ...visited, place });
    }
  }
}

/** Left empty, or only comments. */
function isNothing(node: ParsedNode | null): node is null {
  return node === null || (isScalar(node) && node.value === null);
}

function applyKey(path: string, node: ParsedNode | null, context: Visit & { readonly place: string }): void {
  const { document, draft, place, report } = context;
  const key = FILE_KEYS.get(path);
  if (key?.kind === 'ignored') {
    report.warnings.push(`${place} ${path} ${key.why}`);
    return;
  }
  if (key?.kind === 'refused') {
    report.errors.push(`${place} ${path} ${key.why}: take it out of the file`);
    return;
  }
  const option = key ?? PROCESS_KEYS.get(path);
  if (option === undefined) {
    report.errors.push(`${place} unknown key ${path}${suggest(path)}`);
    return;
  }
  let value: unknown;
  try {
    value = node?.toJS(document) ?? null;
  } catch (error) {
    // An alias that leads nowhere, or too many of them.
    report.errors.push(`${place} ${path}: ${messageOf(error)}`);
    return;
  }
  const problem = option.apply(draft, value);
  if (problem !== undefined) report.errors.push(`${place} ${path} ${problem}`);
}

/** Keys of the same section come first, then the same key in another section, then all. */
function suggest(path: string): string {
  const parent = path.slice(0, path.lastIndexOf('.') + 1);
  const own = path.slice(parent.length);
  const siblings = ALL_KEYS.filter((known) => known.startsWith(parent));
  const names = siblings.map((known) => known.slice(parent.length).split('.')[0] ?? '');
  const near = didYouMean(own, names, (name) => `${parent}${name}`);
  if (near !== '') return near;
  const elsewhere = ALL_KEYS.find((known) => known.slice(known.lastIndexOf('.') + 1) === own);
  if (elsewhere !== undefined) return `; did you mean ${elsewhere}?`;
  return didYouMean(path, ALL_KEYS, (name) => name);
}

function camelCase(flag: string): string {
  return flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
