/** Runs `run` once after `delayMs`; the returned function cancels it and may be called at any time. */
export type SetTimer = (run: () => void, delayMs: number) => () => void;

/** Node's timers; they do not keep the process alive. */
export const systemTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
};
