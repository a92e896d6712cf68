import type { GatewayView, ServedCertificate } from './admin/gateway-view.ts';
import { certificateInfo, certificateWarnings } from './compile/certificate-info.ts';
import type { ControlPlane } from './control-plane.ts';
import type { ManifestDirectories } from './resources/manifest-directory.ts';
import type { StatusStore } from './resources/status.ts';
import type { Store } from './resources/store.ts';
import { upstreamSlot } from './snapshot/slot-names.ts';
import type { AccessLogWriter } from './telemetry/access-log-writer.ts';
import { sampleProcess } from './telemetry/process-sample.ts';
import { renderMetrics } from './telemetry/prometheus.ts';
import { UPSTREAM_CELL } from './workers/cells.ts';
import type { WorkerPool } from './workers/pool.ts';

/** The parts of a running gateway that the admin address looks at. */
export interface ViewSources {
  readonly version: string;
  readonly store: Store;
  readonly statuses: StatusStore;
  readonly control: ControlPlane;
  readonly pool: WorkerPool;
  readonly manifests: ManifestDirectories;
  readonly log: AccessLogWriter | null;
  readonly wall: () => number;
  readonly listeners: GatewayView['listeners'];
  readonly ready: () => boolean;
}

const NO_LOG = { writtenLines: 0, droppedLines: 0, waitingBytes: 0 };

/** What the admin address may see of a gateway. */
export function createGatewayView(sources: ViewSources): GatewayView {
  const { version, store, statuses, control, pool, manifests, log, wall, listeners, ready } = sources;
  return {
    version,
    store,
    statuses,
    ready,
    snapshot: () => control.snapshot,
    listeners,
    workers: () => pool.workers(),
    certificates: () => servedCertificates(control, wall()),
    async metrics() {
      return renderMetrics({
        sum: (cell) => pool.memory.sumMetric(cell),
        of: (worker, cell) => pool.memory.metric(worker, cell),
        version,
        ready: ready(),
        workers: pool.workers(),
        workerRestarts: pool.restarts,
        sizes: pool.sizes(),
        slots: pool.slots.counts,
        log: log?.stats() ?? NO_LOG,
        process: await sampleProcess(wall()),
      });
    },
    originOf: (ref) => manifests.originOf(ref),
    upstreamCounters(name) {
      const slot = pool.slots.slot(upstreamSlot(name));
      const sum = (cell: number) => pool.memory.sum(slot, cell);
      return {
        requests: sum(UPSTREAM_CELL.requests),
        retries: sum(UPSTREAM_CELL.retries),
        active: sum(UPSTREAM_CELL.active),
        connections: sum(UPSTREAM_CELL.connections),
        surplusBytes: sum(UPSTREAM_CELL.surplusBytes),
      };
    },
  };
}

function servedCertificates(control: ControlPlane, wallMs: number): readonly ServedCertificate[] {
  const hosts = new Map<string, string[]>();
  for (const { name, tls } of control.snapshot.hosts.values()) {
    if (tls !== null) hosts.set(tls.certificate, [...(hosts.get(tls.certificate) ?? []), name]);
  }
  return [...control.certificates.values()].map((certificate) => ({
    ...certificateInfo(certificate),
    warnings: certificateWarnings(certificate, { hosts: hosts.get(certificate.name) ?? [], wallMs }),
  }));
}
