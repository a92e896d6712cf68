/** What a route asks of a request. All parts must hold. Plain data. */
export interface Match {
  readonly path: PathMatch;
  readonly headers: readonly HeaderMatch[];
  readonly query: readonly QueryMatch[];
}

/** How the canonical path (no query) is compared. `prefix` compares text, `segment` whole path segments. */
export type PathMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'prefix'; readonly value: string }
  | { readonly kind: 'segment'; readonly value: string };

/** A condition on one request header; repeats are compared joined by a comma. Pseudo-headers begin with `:`. */
export interface HeaderMatch {
  /** Lower-case name. */
  readonly name: string;
  readonly op: 'exact' | 'regex' | 'contains' | 'present';
  /** Text or RE2 pattern (whole value); empty for `present`. */
  readonly value: string;
  readonly ignoreCase: boolean;
  readonly negate: boolean;
  /** A negated condition holds for an absent header only with this. */
  readonly treatMissingAsEmpty: boolean;
}

/** A condition on the first occurrence of one query parameter; the name is case-sensitive. */
export interface QueryMatch {
  readonly name: string;
  readonly op: 'exact' | 'regex' | 'prefix' | 'suffix' | 'contains' | 'present';
  readonly value: string;
  readonly ignoreCase: boolean;
}
