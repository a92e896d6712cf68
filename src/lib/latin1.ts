/**
 * The text of bytes `[start, end)`, one character a byte. Node has this method on every Buffer and its types
 * leave it out; `toString('latin1', …)` checks its arguments first and costs twice as much.
 */
export function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as unknown as { latin1Slice(start: number, end: number): string }).latin1Slice(start, end);
}
