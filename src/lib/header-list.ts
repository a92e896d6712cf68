/**
 * Header lists are flat, `[name, value, name, value, …]`, lower-case names, latin1 values, order and
 * repeats kept. Names that are passed in are lower-case. All of this works in place and without allocation.
 */

/** The first value of a field, or undefined when the list has none. */
export function getHeader(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === name) return headers[i + 1];
  }
  return undefined;
}

/** All values of a field joined by `,` (RFC 9110 §5.3), or undefined when the list has none. */
export function joinHeader(headers: readonly string[], name: string): string | undefined {
  let joined: string | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== name) continue;
    const value = headers[i + 1] ?? '';
    joined = joined === undefined ? value : `${joined},${value}`;
  }
  return joined;
}

/** Adds a field at the end, whatever is there. */
export function addHeader(headers: string[], name: string, value: string): void {
  headers.push(name, value);
}

/** Makes `value` the only one of its field: in the place of the first, or at the end. */
export function setHeader(headers: string[], name: string, value: string): void {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== name) continue;
    headers[i + 1] = value;
    removeFrom(headers, name, i + 2);
    return;
  }
  headers.push(name, value);
}

/** Removes every field of that name. */
export function removeHeader(headers: string[], name: string): void {
  removeFrom(headers, name, 0);
}

/** One pass whatever the number of repeats: moves what stays to the front, then cuts the rest. */
function removeFrom(headers: string[], name: string, from: number): void {
  let kept = from;
  for (let i = from; i < headers.length; i += 2) {
    const current = headers[i] ?? '';
    if (current === name) continue;
    if (kept !== i) {
      headers[kept] = current;
      headers[kept + 1] = headers[i + 1] ?? '';
    }
    kept += 2;
  }
  if (kept < headers.length) headers.length = kept;
}
