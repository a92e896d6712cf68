const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * How long ago a time was, as kubectl writes ages: `45s`, `5m30s`, `3h20m`, `2d4h`, `400d`, `2y30d`.
 *
 * @param time ISO 8601; undefined is `<unknown>`.
 * @param nowMs Milliseconds since 1970.
 */
export function formatAge(time: string | undefined, nowMs: number): string {
  const thenMs = Date.parse(time ?? '');
  if (Number.isNaN(thenMs)) return '<unknown>';
  const seconds = Math.floor((nowMs - thenMs) / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 2 * MINUTE) return `${Math.max(seconds, 0)}s`;
  if (seconds < 10 * MINUTE) return two([seconds, MINUTE, 'm'], [1, 's']);
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return two([seconds, HOUR, 'h'], [MINUTE, 'm']);
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return two([seconds, DAY, 'd'], [HOUR, 'h']);
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`;
  if (seconds < 8 * YEAR) return two([seconds, YEAR, 'y'], [DAY, 'd']);
  return `${Math.floor(seconds / YEAR)}y`;
}

function two(
  [seconds, large, largeName]: readonly [number, number, string],
  [small, smallName]: readonly [number, string],
): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${largeName}${rest === 0 ? '' : `${rest}${smallName}`}`;
}
