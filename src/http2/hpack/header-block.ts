/** What a block of fields may hold at most, decoded. */
export interface BlockLimits {
  /** Sum over the fields: name, value and 32 each. RFC 9113 §6.5.2. */
  readonly maxListBytes: number;
  /** Fields that are neither pseudo-fields nor `cookie`. */
  readonly maxFields: number;
  /** Fields `cookie`: browsers send each cookie as a field of its own. */
  readonly maxCookieFields: number;
}

/** The fields of one decoded block. All texts are latin1 and hold nothing of the bytes they came from. */
export interface HeaderBlock {
  readonly ok: true;
  /** Pseudo-fields, null where there is none: `:method` and so on, as they came. Which must be there is the caller's to say. */
  readonly method: string | null;
  readonly scheme: string | null;
  readonly authority: string | null;
  readonly path: string | null;
  readonly protocol: string | null;
  readonly status: string | null;
  /** `[name, value, …]`, lower-case names, order and repeats kept, without pseudo-fields. The caller's to change. */
  readonly headers: string[];
  /** Where in `headers` the names stand that have rules of their own (`SPECIAL_NAMES`, `if-…`); rising. */
  readonly special: readonly number[];
  /** Names whose values must stay literal on each hop (RFC 7541 §6.2.3); for the encoder. */
  readonly neverIndexed: readonly string[];
  /** The size of all fields, as `maxListBytes` counts. */
  readonly listBytes: number;
}

/**
 * Why a block is refused.
 *
 * - `compression`: connection error `COMPRESSION_ERROR`, and the decoder takes no more blocks.
 * - `malformed`: of this message only (http2.md, Messages).
 * - `too-large`: 431; fields beyond a limit were decoded and not kept.
 *
 * After the latter two the block was read to its end and the decoder goes on.
 */
export interface BlockFault {
  readonly ok: false;
  readonly kind: 'compression' | 'malformed' | 'too-large';
  readonly detail: string;
  /** What stood before the fault: enough to answer 431 to HEAD or gRPC in their way, and for the log. */
  readonly partial: HeaderBlock;
}
