/** Time comes in from outside. Monotonic milliseconds, one origin for all threads, with a fraction. */
export interface Clock {
  /** Monotonic milliseconds, the same clock in every thread (process.hrtime). */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
}

export const systemClock: Clock = {
  now() {
    const [seconds, nanos] = process.hrtime();
    return seconds * 1000 + nanos / 1e6;
  },
  wall: () => Date.now(),
};
