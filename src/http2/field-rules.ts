/** What a special field means to the codec. */
export const FIELD = {
  ordinary: 0,
  /** Of an HTTP/1.1 connection: malformed. RFC 9113 §8.2.2. */
  forbidden: 1,
  te: 2,
  cookie: 3,
  host: 4,
  contentLength: 5,
  expect: 6,
  /** Ends at this hop: left out. */
  dropped: 7,
} as const;

const KINDS: ReadonlyMap<string, number> = new Map<string, number>([
  ['connection', FIELD.forbidden],
  ['keep-alive', FIELD.forbidden],
  ['proxy-connection', FIELD.forbidden],
  ['upgrade', FIELD.forbidden],
  ['transfer-encoding', FIELD.forbidden],
  ['te', FIELD.te],
  ['cookie', FIELD.cookie],
  ['host', FIELD.host],
  ['content-length', FIELD.contentLength],
  ['expect', FIELD.expect],
  ['trailer', FIELD.dropped],
  ['http2-settings', FIELD.dropped],
]);

/** What a field of this name means, one of `FIELD`. */
export function fieldMeaning(name: string): number {
  return KINDS.get(name) ?? FIELD.ordinary;
}
