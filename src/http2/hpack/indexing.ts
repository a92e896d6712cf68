import { LiteralText } from './literal-text.ts';
import { STATIC_FIELDS } from './static-table.ts';

/**
 * When a field is worth a place in the dynamic table.
 *
 * - `first`: at once, its value is the same from message to message.
 * - `second`: when the same value comes a second time; unique ones never push others out.
 * - `plain`: not at all, its values seldom come again, or are another client's next time.
 * - `never`: not here and at no hop behind (RFC 7541 §7.1.3): secrets short enough to be guessed.
 * - `forbidden`: means nothing in HTTP/2 and must not be sent (RFC 9113 §8.2.2), or `host`, which is
 *   `:authority`.
 */
export type Indexing = 'first' | 'second' | 'plain' | 'never' | 'forbidden';

/** How fields of one name are written. */
export interface NameRule {
  readonly name: string;
  readonly indexing: Indexing;
  /** In the static table, 0 if the name is not there. */
  readonly staticIndex: number;
  /** The name as a string literal, where it is not in the static table. */
  readonly literal: Uint8Array;
}

const NAMES: Readonly<Record<Exclude<Indexing, 'second'>, readonly string[]>> = {
  first: [
    ':authority',
    ':method',
    ':protocol',
    ':status',
    'accept-ranges',
    'access-control-allow-credentials',
    'access-control-allow-headers',
    'access-control-allow-methods',
    'access-control-allow-origin',
    'access-control-expose-headers',
    'access-control-max-age',
    'allow',
    'alt-svc',
    'cache-control',
    'content-encoding',
    'content-language',
    'content-security-policy',
    'content-type',
    'cross-origin-embedder-policy',
    'cross-origin-opener-policy',
    'cross-origin-resource-policy',
    'grpc-status',
    'permissions-policy',
    'pragma',
    'referrer-policy',
    'server',
    'strict-transport-security',
    'vary',
    'via',
    'x-content-type-options',
    'x-frame-options',
    'x-powered-by',
    'x-xss-protection',
  ],
  plain: [
    ':path',
    'age',
    'content-disposition',
    'content-length',
    'content-range',
    'cookie',
    'etag',
    'expires',
    'forwarded',
    'if-match',
    'if-modified-since',
    'if-none-match',
    'if-range',
    'if-unmodified-since',
    'last-modified',
    'location',
    'range',
    'referer',
    'traceparent',
    'tracestate',
    'x-correlation-id',
    'x-forwarded-for',
    'x-real-ip',
    'x-request-id',
    'x-request-start',
  ],
  never: [
    'authorization',
    'proxy-authorization',
    'set-cookie',
    'x-api-key',
    'x-auth-token',
    'x-csrf-token',
    'x-xsrf-token',
  ],
  forbidden: ['connection', 'host', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'],
};

const RULES: ReadonlyMap<string, NameRule> = buildRules();

function buildRules(): Map<string, NameRule> {
  const rules = new Map<string, NameRule>();
  const text = new LiteralText();
  for (const [name] of STATIC_FIELDS) rules.set(name, makeRule(text, name, 'second'));
  for (const [indexing, names] of Object.entries(NAMES)) {
    for (const name of names) rules.set(name, makeRule(text, name, indexing as Indexing));
  }
  return rules;
}

function makeRule(text: LiteralText, name: string, indexing: Indexing): NameRule {
  const staticIndex = STATIC_FIELDS.findIndex(([known]) => known === name) + 1;
  text.set(name);
  const room = Buffer.alloc(2 * name.length);
  return { name, indexing, staticIndex, literal: Uint8Array.from(room.subarray(0, text.write(room, 0))) };
}

/** The rule of a name that is met often; all others are `second` and written out. */
export function ruleOf(name: string): NameRule | undefined {
  return RULES.get(name);
}

/** Cookies below this length can be guessed byte by byte: they stay literal everywhere. RFC 7541 §7.1.3. */
export const SHORT_COOKIE_LENGTH = 20;
