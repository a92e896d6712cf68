import type { Logger } from '../lib/logger.ts';
import type { GatewayView } from './gateway-view.ts';
import { addProbes } from './probes.ts';
import { type BindAddress, openServer, type RunningServer } from './server.ts';

export interface HealthOptions {
  readonly view: Pick<GatewayView, 'ready' | 'metrics'>;
  readonly address: BindAddress;
  readonly logger: Logger;
}

/**
 * Opens the listener of `--health`: `/livez`, `/readyz` and `/metrics` alone, under any `Host`, for kubelet and
 * Prometheus.
 *
 * @throws {Error} If the address cannot be bound.
 */
export function startHealth({ view, address, logger }: HealthOptions): Promise<RunningServer> {
  return openServer({
    bind: address,
    hosts: null,
    logger,
    routes: (app) => addProbes(app, view),
  });
}
