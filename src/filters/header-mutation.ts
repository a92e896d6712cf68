import { removeHeader, setHeader } from '../lib/header-list.ts';
import { wireText } from '../lib/wire-text.ts';
import type { HeaderValue } from '../snapshot/filter.ts';
import type { FilterContext } from './filter.ts';
import { compileTemplate, type LiveTemplate, withoutBreaks } from './template.ts';

/** Removes, then sets, fields of one header list. */
export type HeaderMutation = (headers: string[], context: FilterContext) => void;

/**
 * Fields that frame a message or belong to one connection (RFC 9110 §7.6.1, RFC 9112 §6): the codecs write
 * them, and a header list that held one could split a message. They are left out whoever asks.
 */
const FRAMING: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'http2-settings',
]);

/**
 * Compiles the changes of one header policy (httpproxy.md 1.4.6). Removals come first; values are all
 * evaluated before the first is set. A value that comes out empty removes its field: a client's own text
 * must not stand where the gateway's was asked for.
 */
export function compileHeaderMutation(
  config: { readonly remove: readonly string[]; readonly set: readonly HeaderValue[] },
  hostname: string,
): HeaderMutation {
  const remove = config.remove;
  const sets = config.set.filter(({ name }) => isMutable(name));
  const names = sets.map(({ name }) => name);
  const templates = sets.map(({ value }) => compileTemplate(value, hostname));
  const constants = templates.map((template) => template.constant);
  if (constants.every((value) => value !== null)) {
    return (headers) => apply(headers, remove, names, constants);
  }
  return (headers, context) => {
    for (let i = 0; i < remove.length; i++) removeHeader(headers, remove[i] as string);
    const values = templates.map((template: LiveTemplate) => template.evaluate(context));
    apply(headers, NONE, names, values);
  };
}

const NONE: readonly string[] = [];

function apply(
  headers: string[],
  remove: readonly string[],
  names: readonly string[],
  values: readonly string[],
): void {
  for (let i = 0; i < remove.length; i++) removeHeader(headers, remove[i] as string);
  for (let i = 0; i < names.length; i++) {
    const value = values[i] as string;
    if (value === '') removeHeader(headers, names[i] as string);
    else setHeader(headers, names[i] as string, value);
  }
}

/** A copy of a configured header list as it may be sent: no framing fields, latin1, no line breaks. */
export function mutableHeaders(headers: readonly string[]): string[] {
  const copy: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string;
    if (isMutable(name)) copy.push(name, withoutBreaks(wireText(headers[i + 1] as string)));
  }
  return copy;
}

function isMutable(name: string): boolean {
  return !FRAMING.has(name) && !name.startsWith(':');
}
