import { constants } from 'node:os';
import type { Gateway } from '../gateway.ts';
import type { Clock } from '../lib/clock.ts';
import { systemClock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { EndSignals } from './command.ts';

/** What `untilEnded` waits with. */
export interface Ending {
  readonly log: Logger;
  readonly signals: EndSignals;
  /** Ends as a signal does, after this time; null: only a signal does. */
  readonly afterMs?: number | null;
  readonly clock?: Clock;
}

/** One Ctrl-C may arrive twice: from the terminal, and from npm, which passes it on. */
const SAME_SIGNAL_MS = 500;

/** Waits for a signal, then drains and closes the gateway. A second signal ends the process at once. */
export async function untilEnded(gateway: Pick<Gateway, 'drain' | 'close'>, ending: Ending): Promise<void> {
  const { log, signals, afterMs = null, clock = systemClock } = ending;
  const { promise, resolve } = Promise.withResolvers<string>();
  let endedMs: number | null = null;
  const end = (why: string): void => {
    endedMs = clock.now();
    resolve(why);
  };
  const unlisten = signals.listen((signal) => {
    if (endedMs === null) end(signal);
    else if (clock.now() - endedMs > SAME_SIGNAL_MS) signals.exit(128 + constants.signals[signal]);
  });
  const timer = afterMs === null ? undefined : setTimeout(end, afterMs, 'time is up');
  log.info('draining', { why: await promise });
  clearTimeout(timer);
  await gateway.drain();
  await gateway.close();
  unlisten();
  log.info('ended');
}
