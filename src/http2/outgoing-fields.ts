/**
 * The fields of a message as they are encoded: with `content-length` and `te` from their own values, and
 * never from a list. The encoder itself refuses what else must not be there (hpack/encoder.ts).
 *
 * @param bodyLength Bytes, or below 0 to announce none.
 * @returns null if the list has a field that is written from its own value.
 */
export function outgoingFields(
  headers: readonly string[],
  bodyLength: number,
  teTrailers: boolean,
): readonly string[] | null {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if ((name.length === 14 && name === 'content-length') || (name.length === 2 && name === 'te'))
      return null;
  }
  if (bodyLength < 0 && !teTrailers) return headers;
  const fields = headers.slice();
  if (bodyLength >= 0) fields.push('content-length', `${bodyLength}`);
  if (teTrailers) fields.push('te', 'trailers');
  return fields;
}
