const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[\\t\\x20!#-[\\]-~\\x80-\\xff]|\\\\[\\t\\x20-~\\x80-\\xff])*"';
const EXTENSION = `[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?`;
const LINE = new RegExp(`^([0-9A-Fa-f]{1,16})(?:${EXTENSION})*\\r\\n`);
const TRAILERS = new RegExp(`^((?:${TOKEN}:[\\t\\x20-~\\x80-\\xff]*\\r\\n){0,32})\\r\\n`);

export interface NaiveBody {
  readonly payload: string;
  readonly trailers: readonly string[];
  readonly rest: string;
}

/** The grammar of a chunked body, written down a second time: undefined if the input does not begin with one. */
export function decodeNaively(input: string): NaiveBody | undefined {
  let payload = '';
  let rest = input;
  for (;;) {
    const line = LINE.exec(rest);
    if (line === null || line[0].length > 1024) return undefined;
    const size = BigInt(`0x${line[1]}`);
    rest = rest.slice(line[0].length);
    if (size === 0n) break;
    if (size > BigInt(rest.length)) return undefined;
    payload += rest.slice(0, Number(size));
    rest = rest.slice(Number(size));
    if (!rest.startsWith('\r\n')) return undefined;
    rest = rest.slice(2);
  }
  const section = TRAILERS.exec(rest);
  if (section === null || section[0].length > 8192) return undefined;
  const trailers = (section[1] as string)
    .split('\r\n')
    .slice(0, -1)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
    });
  return { payload, trailers, rest: rest.slice(section[0].length) };
}
