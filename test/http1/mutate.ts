/** Chance from a seed: the same seed gives the same numbers. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 to `limit` - 1. (mulberry32) */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** Pieces that mean something to some parser. */
const DICTIONARY = [
  ...[
    '\r\n',
    '\r',
    '\n',
    '\0',
    ' ',
    '\t',
    ':',
    ',',
    ';',
    '"',
    '\\',
    '=',
    '%',
    '/',
    '//',
    '/../',
    '%2e',
    '%00',
    '?',
    '#',
    '@',
    '[',
    ']',
  ],
  ...[
    '\r\n\r\n',
    '\x0b',
    '\x7f',
    '\x80',
    '\xa0',
    '\xff',
    '0',
    '5',
    'F',
    '-',
    '+',
    '_',
    '*',
    '9007199254740991',
    '65536',
  ],
  ...[
    'Host: a\r\n',
    'Content-Length: 5\r\n',
    'Content-Length: 0\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Connection: close\r\n',
  ],
  ...[
    'Connection: upgrade\r\n',
    'Upgrade: websocket\r\n',
    'Expect: 100-continue\r\n',
    'TE: trailers\r\n',
    'X: y\r\n',
    ' fold\r\n',
  ],
  ...[
    'HTTP/1.0',
    'HTTP/1.1',
    'GET',
    'POST',
    'HEAD',
    'http://a',
    ' 304 ',
    ' 101 ',
    '0\r\n\r\n',
    '1\r\na\r\n',
    ';a="b"',
  ],
];

/** Changes a text of the corpus in one to four places: bytes, pieces, doublings, splices with another text. */
export function mutate(corpus: readonly string[], chance: Chance): string {
  let text = chance.pick(corpus);
  for (let times = 1 + chance.below(4); times > 0; times--) {
    const at = chance.below(text.length + 1);
    const to = Math.min(text.length, at + 1 + chance.below(12));
    switch (chance.below(7)) {
      case 0:
        text = text.slice(0, at) + String.fromCharCode(chance.below(256)) + text.slice(at + 1);
        break;
      case 1:
        text = text.slice(0, at) + chance.pick(DICTIONARY) + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + chance.pick(DICTIONARY) + text.slice(to);
        break;
      case 3:
        text = text.slice(0, at) + text.slice(to);
        break;
      case 4:
        text = text.slice(0, to) + text.slice(at);
        break;
      case 5: {
        const other = chance.pick(corpus);
        text = text.slice(0, at) + other.slice(chance.below(other.length + 1));
        break;
      }
      default: {
        const flipped = (text.charCodeAt(at) || 0) ^ (1 << chance.below(8));
        text = text.slice(0, at) + String.fromCharCode(flipped) + text.slice(at + 1);
      }
    }
  }
  return text;
}

/** Up to six places, in order, at which to cut a text; every byte now and then. */
export function randomCuts(length: number, chance: Chance): readonly number[] {
  if (length < 200 && chance.below(8) === 0)
    return Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  const cuts = Array.from({ length: 1 + chance.below(6) }, () => chance.below(length + 1));
  return cuts.sort((a, b) => a - b);
}
