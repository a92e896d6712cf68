import { RE2JS } from 're2js';
import { isAscii } from './ascii.ts';

/**
 * A pattern in RE2 syntax that matches whole texts in linear time. It is compiled at its first use: a
 * compiled one takes 6 to 10 KiB, and most patterns of a large table wait long for a request.
 */
export class LinearRegex {
  readonly pattern: string;
  #compiled: RE2JS | null = null;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  /**
   * Whether all of `text` (latin1, as on the wire) matches. Bytes above ASCII are read as UTF-8.
   *
   * @throws When the pattern is no RE2 syntax: the compiler refuses such patterns, so this is our own bug.
   */
  matches(text: string): boolean {
    this.#compiled ??= RE2JS.compile(this.pattern);
    return this.#compiled.testExact(isAscii(text) ? text : Buffer.from(text, 'latin1'));
  }
}
