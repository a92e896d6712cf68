import { constants } from 'node:os';
import type { Gateway } from '../gateway.ts';
import type { Clock } from '../lib/clock.ts';
import { systemClock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { EndSignals } from './command.ts';

/** One Ctrl-C may arrive twice: from the terminal, and from npm, which passes it on. */
const SAME_SIGNAL_MS = 500;

/**
 * Resolves with the name of the first signal to end. To be called before anything is started, so that a signal
 * that comes early is kept; a second one ends the process at once, for as long as it lives.
 */
export function firstSignal(signals: EndSignals, clock: Clock = systemClock): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let firstMs: number | null = null;
  signals.listen((signal) => {
    if (firstMs === null) {
      firstMs = clock.now();
      resolve(signal);
    } else if (clock.now() - firstMs > SAME_SIGNAL_MS) {
      signals.exit(128 + constants.signals[signal]);
    }
  });
  return promise;
}

/** What `untilEnded` waits for. */
export interface Ending {
  readonly log: Logger;
  /** From `firstSignal`. */
  readonly signal: Promise<string>;
  /** Ends as a signal does, after this time; null: only a signal does. */
  readonly afterMs?: number | null;
}

/** Waits for a signal or the end of a time, then drains and closes the gateway. */
export async function untilEnded(gateway: Pick<Gateway, 'drain' | 'close'>, ending: Ending): Promise<void> {
  const { log, signal, afterMs = null } = ending;
  const { promise: timeUp, resolve } = Promise.withResolvers<string>();
  const timer = afterMs === null ? undefined : setTimeout(resolve, afterMs, 'time is up');
  log.info('draining', { why: await Promise.race([signal, timeUp]) });
  clearTimeout(timer);
  await gateway.drain();
  await gateway.close();
  log.info('ended');
}
