const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};
const MAX_DIGITS = 8;

/**
 * Reads `grpc-timeout`: one to eight digits, not all 0, and a unit (gRPC over HTTP/2, Timeout).
 *
 * @returns Milliseconds, maybe a fraction of one; null when it is malformed.
 */
export function parseGrpcTimeout(text: string): number | null {
  const digits = text.length - 1;
  const unitMs = UNIT_MS[text.charAt(digits)];
  if (unitMs === undefined || digits < 1 || digits > MAX_DIGITS) return null;
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value === 0 ? null : value * unitMs;
}
