/**
 * What of a request is looked at to find its route; the exchange implements it. All texts are latin1 as on
 * the wire.
 */
export interface MatchInput {
  readonly method: string;
  /** Canonical, without the query. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** Canonical `host[:port]`. */
  readonly authority: string;
  readonly scheme: string;
  /** Flat `[name, value, …]`, lower-case names. */
  readonly headers: readonly string[];
  /** The accepted `upgrade` token: the codec takes that field out of `headers`. */
  readonly upgrade?: string | null;
}
