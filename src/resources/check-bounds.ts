/** As the request limit of an API server. */
const MAX_OBJECT_BYTES = 3 * 1024 * 1024;

const MAX_DEPTH = 64;

/** What a value without its text takes at least, roughly. */
const BYTES_PER_VALUE = 4;

/**
 * Whether a value is plain JSON of a size and depth that the rest of the code may walk through. Values that occur
 * several times (YAML aliases) count each time.
 *
 * @returns null, or what is wrong.
 */
export function checkBounds(object: unknown): string | null {
  let bytes = 0;
  return check(object, 0);

  function check(value: unknown, depth: number): string | null {
    bytes += BYTES_PER_VALUE;
    if (typeof value === 'string') bytes += value.length;
    if (bytes > MAX_OBJECT_BYTES) return `the object is larger than ${MAX_OBJECT_BYTES} bytes: split it`;
    if (depth > MAX_DEPTH) return `the object is nested deeper than ${MAX_DEPTH} levels`;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
    if (typeof value === 'number') return Number.isFinite(value) ? null : `${value} is no number in JSON`;
    if (typeof value !== 'object') return `${typeof value} is no value in JSON`;
    if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) {
      return 'a map has keys that are no texts';
    }
    for (const [key, item] of Object.entries(value)) {
      bytes += key.length;
      const problem = check(item, depth + 1);
      if (problem !== null) return problem;
    }
    return null;
  }
}
