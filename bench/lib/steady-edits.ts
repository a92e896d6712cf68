/** Edits that go on until they are stopped. */
export interface SteadyEdits {
  /** @throws What an edit threw. */
  stop(): void;
}

/** Calls `edit` with 0, 1, 2 … so many times a second. */
export function steadily(perSecond: number, edit: (count: number) => void): SteadyEdits {
  let count = 0;
  let failure: unknown;
  const timer = setInterval(() => {
    try {
      edit(count);
      count += 1;
    } catch (error) {
      failure = error;
    }
  }, 1000 / perSecond);
  return {
    stop: () => {
      clearInterval(timer);
      if (failure !== undefined) throw failure;
    },
  };
}
