let second = Number.NaN;
let prefix = '';

/** UTC, ISO 8601 with milliseconds, as `2026-01-31T12:00:00.007Z`; the second is kept from call to call. */
export function isoTime(wallMs: number): string {
  const whole = Math.floor(wallMs / 1000);
  if (whole !== second) {
    prefix = new Date(whole * 1000).toISOString().slice(0, -4);
    second = whole;
  }
  const ms = Math.floor(wallMs - whole * 1000);
  return ms < 10 ? `${prefix}00${ms}Z` : ms < 100 ? `${prefix}0${ms}Z` : `${prefix}${ms}Z`;
}
