import type { HeaderValue, RequestHeaders, ResponseHeaders, Template } from '../../snapshot/filter.ts';
import type { HeadersPolicySpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import type { ReasonCode } from '../reasons.ts';
import type { GlobalHeaderPolicy } from '../view.ts';
import type { CompileVariables } from './header-template.ts';
import { parseHostTemplate, parseTemplate } from './header-template.ts';
import { hasControls, isHeaderName } from './header-text.ts';

/** Where a header policy stands and what it may use. */
export interface HeaderPolicyContext {
  readonly place: Place;
  readonly code: ReasonCode;
  readonly variables: CompileVariables;
  /** The controller's policy to merge in, or null at a place that does not take it. */
  readonly global: GlobalHeaderPolicy | null;
}

/** The message's own framing: a policy that changed it would corrupt the message. */
const FRAMING = new Set(['content-length', 'transfer-encoding']);

interface Mutation {
  readonly remove: readonly string[];
  readonly set: readonly HeaderValue[];
  readonly host: Template | null;
}

/** Compiles what happens to request headers; null when there is nothing to do or an error was reported. */
export function compileRequestHeaders(
  policy: HeadersPolicySpec | null | undefined,
  context: HeaderPolicyContext,
): RequestHeaders | null {
  const mutation = compileMutation('request', policy ?? {}, context);
  if (mutation === null) return null;
  const { remove, set, host } = mutation;
  if (remove.length === 0 && set.length === 0 && host === null) return null;
  return { kind: 'request-headers', remove, set, host };
}

/** Compiles what happens to response headers; null when there is nothing to do or an error was reported. */
export function compileResponseHeaders(
  policy: HeadersPolicySpec | null | undefined,
  context: HeaderPolicyContext,
): ResponseHeaders | null {
  const mutation = compileMutation('response', policy ?? {}, context);
  if (mutation === null) return null;
  const { remove, set } = mutation;
  if (remove.length === 0 && set.length === 0) return null;
  return { kind: 'response-headers', remove, set };
}

/**
 * The object's own `set` of a header wins over the controller's; removes are united (httpproxy.md 3.4).
 */
function compileMutation(
  side: 'request' | 'response',
  policy: HeadersPolicySpec,
  { place, code, variables, global }: HeaderPolicyContext,
): Mutation | null {
  let failed = false;
  const refuse = (at: Place, message: string): void => {
    at.error(code, message);
    failed = true;
  };
  const names = new Set<string>();
  const set: HeaderValue[] = [];
  let host: Template | null = null;
  for (const [index, item] of (policy.set ?? []).entries()) {
    const at = place.at(`set[${index}]`);
    const name = (item.name ?? '').toLowerCase();
    const value = item.value ?? '';
    const fault = setFault(side, name, value);
    if (fault !== null) refuse(at, fault);
    else if (name === 'host') host = parseHostTemplate(value);
    else if (names.has(name)) refuse(at, `header ${JSON.stringify(name)} is set twice; keep one value`);
    else {
      names.add(name);
      if (FRAMING.has(name)) at.ignored(`${name} belongs to the gateway and is not set; remove the item`);
      else set.push({ name, value: parseTemplate(value, variables) });
    }
  }
  const remove = readRemove(side, policy.remove ?? [], place.at('remove'), refuse);
  if (failed) return null;
  for (const [written, value] of Object.entries(global?.set ?? {})) {
    const name = written.toLowerCase();
    if (name === 'host' && side === 'request') host ??= parseHostTemplate(value);
    else if (!names.has(name) && !FRAMING.has(name)) {
      set.push({ name, value: parseTemplate(value, variables) });
    }
  }
  for (const written of global?.remove ?? []) {
    const name = written.toLowerCase();
    if (!FRAMING.has(name)) remove.add(name);
  }
  return { remove: [...remove], set, host };
}

function setFault(side: 'request' | 'response', name: string, value: string): string | null {
  if (!isHeaderName(name)) return `${JSON.stringify(name)} is no header name`;
  if (value === '') return `header ${JSON.stringify(name)} has no value; use remove to drop it`;
  if (hasControls(value)) return `the value of header ${JSON.stringify(name)} has control characters`;
  if (name === 'host' && side === 'response') return 'Host cannot be set on a response; remove the item';
  return null;
}

function readRemove(
  side: 'request' | 'response',
  list: readonly string[],
  place: Place,
  refuse: (at: Place, message: string) => void,
): Set<string> {
  const names = new Set<string>();
  const kept = new Set<string>();
  for (const written of list) {
    const name = written.toLowerCase();
    if (!isHeaderName(name)) refuse(place, `${JSON.stringify(written)} is no header name`);
    else if (names.has(name)) refuse(place, `header ${JSON.stringify(name)} stands twice; keep one`);
    else if (name === 'host' && side === 'request') {
      refuse(place, 'Host cannot be removed from a request; set it to rewrite it');
    } else if (FRAMING.has(name)) {
      place.ignored(`${name} belongs to the gateway and is not removed; drop the item`);
    } else kept.add(name);
    names.add(name);
  }
  return kept;
}
