import type { FieldKind, KnownName } from './field-kind.ts';
import {
  AUTHORITY,
  COOKIE,
  METHOD,
  ORDINARY,
  PATH,
  PROTOCOL,
  SCHEME,
  SPECIAL,
  STATUS,
  UNKNOWN,
} from './field-kind.ts';
import type { BlockFault, BlockLimits, HeaderBlock } from './header-block.ts';

/** Shared while a block has none. */
const NO_PLACES: number[] = [];
const NO_NAMES: readonly string[] = [];

type Pseudo = Exclude<FieldKind, typeof ORDINARY | typeof SPECIAL | typeof COOKIE | typeof UNKNOWN>;

/** A header block while it is put together. */
class OpenBlock implements HeaderBlock {
  readonly ok = true;
  method: string | null = null;
  scheme: string | null = null;
  authority: string | null = null;
  path: string | null = null;
  protocol: string | null = null;
  status: string | null = null;
  readonly headers: string[] = [];
  special = NO_PLACES;
  neverIndexed = NO_NAMES;
  listBytes = 0;
}

/** Puts the fields of one block together, up to its limits or to the first that is malformed. */
export class BlockBuilder {
  readonly block: OpenBlock = new OpenBlock();
  readonly #limits: BlockLimits;
  #fault: BlockFault | null = null;
  #cookies = 0;

  constructor(limits: BlockLimits) {
    this.#limits = limits;
  }

  /** Counts a field of that size; false if it will not be kept. Called once for every field. */
  takes(size: number): boolean {
    this.block.listBytes += size;
    if (this.#fault !== null) return false;
    if (this.block.listBytes <= this.#limits.maxListBytes) return true;
    this.#refuse('too-large', 'the header fields are too large');
    return false;
  }

  /** Adds a field that `takes` has let pass. */
  add(known: KnownName, value: string, isFaulty: boolean): void {
    const { kind, name } = known;
    const { headers } = this.block;
    if (isFaulty) {
      this.#refuse('malformed', 'a field value has a control byte, or a blank at one of its ends');
    } else if (kind === ORDINARY || kind === SPECIAL) {
      if (headers.length - 2 * this.#cookies >= 2 * this.#limits.maxFields) {
        this.#refuse('too-large', 'there are too many header fields');
        return;
      }
      if (kind === SPECIAL) this.#markSpecial();
      headers.push(name, value);
    } else if (kind === COOKIE) {
      if (this.#cookies++ === this.#limits.maxCookieFields) {
        this.#refuse('too-large', 'there are too many cookie fields');
        return;
      }
      this.#markSpecial();
      headers.push(name, value);
    } else if (kind === UNKNOWN) {
      this.#refuse('malformed', 'a field name is no lower-case token and no known pseudo-field');
    } else if (headers.length > 0) {
      this.#refuse('malformed', `${name} must stand before the other fields`);
    } else if (!this.#setPseudo(kind, value)) {
      this.#refuse('malformed', `${name} must not be there twice`);
    }
  }

  /** The value of that name must stay literal. */
  neverIndex(name: string): void {
    const { block } = this;
    if (!block.neverIndexed.includes(name)) block.neverIndexed = [...block.neverIndexed, name];
  }

  finish(): HeaderBlock | BlockFault {
    return this.#fault ?? this.block;
  }

  #refuse(kind: BlockFault['kind'], detail: string): void {
    this.#fault = { ok: false, kind, detail, partial: this.block };
  }

  /** The field that is added next is one of those. */
  #markSpecial(): void {
    const { block } = this;
    if (block.special === NO_PLACES) block.special = [];
    block.special.push(block.headers.length);
  }

  /** False if it is there already. RFC 9113 §8.3. */
  #setPseudo(kind: Pseudo, value: string): boolean {
    const { block } = this;
    switch (kind) {
      case METHOD:
        if (block.method !== null) return false;
        block.method = value;
        return true;
      case SCHEME:
        if (block.scheme !== null) return false;
        block.scheme = value;
        return true;
      case AUTHORITY:
        if (block.authority !== null) return false;
        block.authority = value;
        return true;
      case PATH:
        if (block.path !== null) return false;
        block.path = value;
        return true;
      case PROTOCOL:
        if (block.protocol !== null) return false;
        block.protocol = value;
        return true;
      case STATUS:
        if (block.status !== null) return false;
        block.status = value;
        return true;
      default:
        return kind satisfies never;
    }
  }
}
