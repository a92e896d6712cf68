/** Bytes of a case as latin1 text: `⏎` stands for CRLF. */
export function wire(text: string): string {
  return text.replaceAll('⏎', '\r\n');
}

/** One input and what the codec must make of it, as whole, cut in two anywhere, and byte by byte. */
export interface Case<T> {
  /** Row of the codec's rules, and what is special about this input. */
  readonly id: string;
  /** Latin1. */
  readonly input: string;
  /** The status of the refusal, `null` for a message that is not complete, or fields that the result has. */
  readonly expect: number | null | Partial<T>;
  /** Bytes that must be left behind a message. */
  readonly rest?: string;
}
