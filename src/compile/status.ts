import type { Problem } from './part.ts';

/** One entry below a condition (httpproxy.md 2.1). */
export interface SubCondition {
  readonly type: string;
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/** The one condition that is written, without its times, which the status writer knows. */
export interface ValidCondition {
  readonly type: 'Valid';
  readonly status: 'True' | 'False';
  readonly reason: 'Valid' | 'ErrorPresent';
  readonly message: string;
  readonly observedGeneration: number;
  readonly errors: readonly SubCondition[];
  readonly warnings: readonly SubCondition[];
}

/** What the compiler says of an HTTPProxy; `loadBalancer` is not its to know. */
export interface ProxyStatus {
  readonly currentStatus: 'valid' | 'invalid' | 'orphaned';
  readonly description: string;
  readonly conditions: readonly [ValidCondition];
}

/** Longest message in bytes. */
const MAX_MESSAGE_BYTES = 32_760;

/** Most bytes of one list; an object may have 1.5 MiB in all. */
const MAX_LIST_BYTES = 262_144;

/** What is known of one object after all its hosts were compiled. */
export interface StatusInput {
  readonly generation: number;
  readonly orphaned: boolean;
  /** In any order, with repeats: those of all visits. */
  readonly problems: readonly Problem[];
}

/** The status of an HTTPProxy (httpproxy.md 2.1, 2.4). */
export function proxyStatus({ generation, orphaned, problems }: StatusInput): ProxyStatus {
  const all = orphaned ? [ORPHANED, ...entries(problems, 'error')] : entries(problems, 'error');
  const failed = all.length > 0;
  const message = failed ? 'At least one error present, see Errors for details' : 'Valid HTTPProxy';
  return {
    currentStatus: orphaned ? 'orphaned' : failed ? 'invalid' : 'valid',
    description: orphaned ? ORPHANED.message : message,
    conditions: [
      {
        type: 'Valid',
        status: failed ? 'False' : 'True',
        reason: failed ? 'ErrorPresent' : 'Valid',
        message,
        observedGeneration: generation,
        errors: all,
        warnings: entries(problems, 'warning'),
      },
    ],
  };
}

const ORPHANED: SubCondition = {
  type: 'Orphaned',
  status: 'True',
  reason: 'Orphaned',
  message: 'no root HTTPProxy that is served includes this object; include it, or give it a virtualhost',
};

/** United, sorted, without repeats (⚠26). */
function entries(problems: readonly Problem[], severity: Problem['severity']): SubCondition[] {
  const byText = new Map<string, SubCondition>();
  for (const { severity: own, type, reason, field, message } of problems) {
    if (own !== severity) continue;
    const text = cutMessage(`${field}: ${message}`);
    byText.set(JSON.stringify([type, reason, text]), { type, status: 'True', reason, message: text });
  }
  return cutList([...byText.keys()].sort().flatMap((key) => byText.get(key) ?? []));
}

/** Keeps what an API server will store: of very many entries the last says how many were left out. */
function cutList(list: SubCondition[]): SubCondition[] {
  let bytes = 0;
  for (const [index, { type, reason, message }] of list.entries()) {
    bytes += Buffer.byteLength(message) + 100;
    if (bytes <= MAX_LIST_BYTES) continue;
    const left = `${list.length - index} more of these and other kinds are left out`;
    return [...list.slice(0, index), { type, status: 'True', reason, message: left }];
  }
  return list;
}

/** Cuts a message to what a condition may hold, between characters. */
export function cutMessage(text: string): string {
  if (text.length * 3 <= MAX_MESSAGE_BYTES) return text;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= MAX_MESSAGE_BYTES) return text;
  let end = MAX_MESSAGE_BYTES;
  // A byte 10xxxxxx continues a character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString('utf8');
}
