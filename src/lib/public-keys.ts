import type { Result } from './result.ts';
import { err, ok } from './result.ts';

/** The public half of a key, with the names of RFC 7517 §4 and RFC 7518 §6. Nothing secret stands in it. */
export interface PublicKey {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly kid?: string;
  readonly use?: string;
  readonly alg?: string;
  readonly key_ops?: readonly string[];
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

const TEXTS = ['kid', 'use', 'alg', 'crv', 'x', 'y', 'n', 'e'] as const;
const TYPES: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP']);
/** A set with more keys is a mistake or an attack. */
const MAX_KEYS = 100;
/** An RSA modulus of 16384 bits has 2731 characters. */
const MAX_TEXT = 2800;
const MAX_OPERATIONS = 16;

/**
 * Reads a JSON Web Key Set (RFC 7517 §5). Of each key only public members are kept, whatever else was written
 * there; keys that verify nothing (symmetric ones, unknown types, odd members) are left out.
 *
 * @returns The keys, maybe none, or a text that says what is wrong and repeats nothing of the input.
 */
export function parsePublicKeys(text: string): Result<readonly PublicKey[], string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return err('it is no JSON');
  }
  const keys = typeof parsed === 'object' && parsed !== null && 'keys' in parsed ? parsed.keys : null;
  if (!Array.isArray(keys)) return err('it is no JSON object with a list of keys');
  if (keys.length > MAX_KEYS) return err(`it has ${keys.length} keys, but at most ${MAX_KEYS} are taken`);
  return ok(keys.map(readKey).filter((key) => key !== null));
}

function readKey(value: unknown): PublicKey | null {
  if (typeof value !== 'object' || value === null) return null;
  const members = value as Readonly<Record<string, unknown>>;
  if (!TYPES.has(members.kty)) return null;
  const key: Record<string, unknown> = { kty: members.kty };
  for (const name of TEXTS) {
    const text = members[name];
    if (text === undefined) continue;
    if (typeof text !== 'string' || text.length > MAX_TEXT) return null;
    key[name] = text;
  }
  const operations = members.key_ops;
  if (operations !== undefined) {
    if (!Array.isArray(operations) || operations.length > MAX_OPERATIONS) return null;
    if (!operations.every((one) => typeof one === 'string' && one.length <= 32)) return null;
    key.key_ops = operations;
  }
  return key as unknown as PublicKey;
}
