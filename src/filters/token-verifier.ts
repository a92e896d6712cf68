import { hash } from 'node:crypto';
import type { JWK, JWTHeaderParameters, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { LruMap } from '../lib/lru-map.ts';
import type { KeySet } from '../snapshot/key-set.ts';
import type { Change } from '../snapshot/snapshot.ts';

/** What a token must fulfil. */
export interface TokenRules {
  /** Name of the keys that it may be signed with. */
  readonly keySet: string;
  readonly issuer: string | null;
  /** Empty: none is asked for. */
  readonly audiences: readonly string[];
}

export type Verdict = 'good' | 'bad' | 'wrong-audience';

/** Tokens by signatures of key pairs only: what a public key verifies, nobody who reads it can forge. */
const ALGORITHMS = [
  ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ['ES256', 'ES384', 'ES512'],
  ['EdDSA', 'Ed25519'],
].flat();
/** How far clocks may be apart (httpproxy.md 1.2). */
const LEEWAY_S = 60;
/** Verified tokens of a worker that are remembered, by hash. */
const MAX_REMEMBERED = 10_000;
/** A token is looked at anew after that, also one that never expires. */
const MAX_REMEMBERED_MS = 3_600_000;
/** A token that names no key is tried with so many. */
const MAX_TRIES = 4;
/** Longer ones cost more than they are worth. */
const MAX_TOKEN_LENGTH = 16 << 10;
/** Between two requests for the keys of one set. */
const ASK_MS = 30_000;

interface LiveKeySet {
  /** Of these keys; what was verified by other ones is not remembered. */
  readonly generation: number;
  readonly all: JWTVerifyGetKey;
  /** Keys without a name, which a token with one may be signed by as well; null: there are none. */
  readonly unnamed: JWTVerifyGetKey | null;
  askedMs: number;
}

export interface TokenVerifierOptions {
  readonly clock: Clock;
  /** Tells that a token names a key that the set lacks: it may be newer than the set. Called seldom. */
  readonly askKeys: (keySet: string) => void;
}

/**
 * The keys and the verified tokens of one worker, shared by all routes and by tables old and new. A token is
 * verified once; while it is good, a request that brings it again costs one hash.
 */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #sets = new Map<string, LiveKeySet>();
  /** Until when, in milliseconds since 1970. The key says all that the verdict depends on. */
  readonly #good = new LruMap<string, number>(MAX_REMEMBERED);
  #generation = 0;

  constructor(options: TokenVerifierOptions) {
    this.#options = options;
  }

  /** Takes other keys. */
  apply(change: Change<KeySet>): void {
    for (const name of change.remove) this.#sets.delete(name);
    for (const { name, keys } of change.set) this.#sets.set(name, this.#live(keys));
  }

  #live(keys: KeySet['keys']): LiveKeySet {
    const unnamed = keys.filter(({ kid }) => kid === undefined);
    return {
      generation: ++this.#generation,
      all: localKeys(keys),
      unnamed: unnamed.length === 0 ? null : localKeys(unnamed),
      askedMs: Number.NEGATIVE_INFINITY,
    };
  }

  /**
   * Judges a token as it came. Nothing is good as long as its keys are not known.
   *
   * @returns At once for a token that was verified before and one that cannot be any.
   */
  check(token: string, rules: TokenRules): Verdict | Promise<Verdict> {
    const set = this.#sets.get(rules.keySet);
    if (set === undefined || token.length > MAX_TOKEN_LENGTH) return 'bad';
    const { issuer, audiences } = rules;
    const id = hash('sha256', JSON.stringify([set.generation, issuer, audiences, token]), 'base64url');
    const untilMs = this.#good.get(id);
    if (untilMs !== undefined) {
      if (this.#options.clock.wall() < untilMs) return 'good';
      this.#good.delete(id);
    }
    return this.#verify(token, rules, set, id);
  }

  async #verify(token: string, rules: TokenRules, set: LiveKeySet, id: string): Promise<Verdict> {
    const wallMs = this.#options.clock.wall();
    const options: JWTVerifyOptions = {
      algorithms: ALGORITHMS,
      clockTolerance: LEEWAY_S,
      currentDate: new Date(wallMs),
      ...(rules.issuer === null ? {} : { issuer: rules.issuer }),
      ...(rules.audiences.length === 0 ? {} : { audience: [...rules.audiences] }),
    };
    try {
      const { exp } = await this.#signed(token, set, options);
      const endMs = exp === undefined ? Number.POSITIVE_INFINITY : (exp + LEEWAY_S) * 1000;
      this.#good.set(id, Math.min(endMs, wallMs + MAX_REMEMBERED_MS));
      return 'good';
    } catch (error) {
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return 'wrong-audience';
      if (error instanceof errors.JWKSNoMatchingKey) this.#ask(rules.keySet, set);
      // A key that cannot be used is its provider's mistake: its tokens are no good, which is all we know.
      return 'bad';
    }
  }

  async #signed(token: string, set: LiveKeySet, options: JWTVerifyOptions): Promise<JWTPayload> {
    try {
      return await verifyWithEach(token, set.all, options);
    } catch (error) {
      if (set.unnamed === null || !(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return await verifyWithEach(token, withoutName(set.unnamed), options);
    }
  }

  #ask(name: string, set: LiveKeySet): void {
    const now = this.#options.clock.now();
    if (now - set.askedMs < ASK_MS) return;
    set.askedMs = now;
    this.#options.askKeys(name);
  }
}

function localKeys(keys: KeySet['keys']): JWTVerifyGetKey {
  return createLocalJWKSet({ keys: keys as JWK[] });
}

function withoutName(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return ({ kid: _, ...header }, token) => {
    const { header: __, ...rest } = token;
    return keys(header as JWTHeaderParameters, rest);
  };
}

/** A token that names no key may be signed by any that fits. */
async function verifyWithEach(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let tries = 0;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
      if (++tries === MAX_TRIES) break;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}
