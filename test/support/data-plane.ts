import type { TestContext } from 'node:test';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS, type GatewayOptions } from '../../src/config.ts';
import { ControlPlane } from '../../src/control-plane.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { DataPlane } from '../../src/proxy/data-plane.ts';
import type { WorkerOptions } from '../../src/proxy/worker-options.ts';
import { refOf } from '../../src/resources/kinds.ts';
import {
  type ManifestObjects,
  NO_OBJECTS,
  readManifestObjects,
} from '../../src/resources/manifest-objects.ts';
import { StatusStore } from '../../src/resources/status.ts';
import { Store } from '../../src/resources/store.ts';
import { createValidator, type Validator } from '../../src/resources/validate.ts';
import { endpointSlot, upstreamSlot } from '../../src/snapshot/slot-names.ts';
import { ENDPOINT_CELL, UPSTREAM_CELL } from '../../src/workers/cells.ts';
import { CurrentState } from '../../src/workers/current-state.ts';
import { SharedMemory } from '../../src/workers/shared-memory.ts';
import { SlotAllocator } from '../../src/workers/slots.ts';
import { openCells, type WorkerCells } from '../../src/workers/worker-cells.ts';

export interface TestDataPlaneOptions {
  /** Manifests by file name. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly settings?: Partial<GatewayOptions['settings']>;
  readonly compile?: Partial<GatewayOptions['compile']>;
  readonly worker?: Partial<Omit<WorkerOptions, 'pressure'>>;
}

/**
 * The real control plane and the real data plane of one worker, without a thread between them: a test may look
 * into the shared cells, write the byte of memory pressure, and change objects in one step. Closed with the test.
 */
export interface TestDataPlane {
  readonly http: number;
  readonly https: number;
  readonly plane: DataPlane;
  readonly cells: WorkerCells;
  /** Lines of the access log so far. */
  readonly log: readonly string[];
  /** Replaces what stands in a file; in force when this resolves. An empty text removes it. */
  write(name: string, text: string): Promise<void>;
  /** Sets the level of memory pressure. */
  press(level: 0 | 1 | 2): void;
  /** The cells of an upstream by the part of its name before `#`. Of several it takes the first. */
  upstream(name: string): Record<keyof typeof UPSTREAM_CELL, number>;
  endpoint(port: number): Record<keyof typeof ENDPOINT_CELL, number>;
  /** A fixed cell of the metrics. */
  metric(cell: number): number;
}

let validator: Validator | null = null;

/** Starts it with both listeners on loopback. */
export async function startTestDataPlane(
  context: TestContext,
  options: TestDataPlaneOptions,
): Promise<TestDataPlane> {
  const memory = new SharedMemory(2);
  const slots = new SlotAllocator(memory);
  const state = new CurrentState(slots);
  const cells = openCells(memory.handle(), 0);
  const pressure = new Uint8Array(new SharedArrayBuffer(1));
  const log: string[] = [];
  const workerData: WorkerOptions = {
    ticketSecret: new Uint8Array(32),
    trustedProxies: null,
    maxConnections: 0,
    accessLog: 'off',
    hostname: 'test',
    ...options.worker,
    pressure: pressure.buffer as SharedArrayBuffer,
  };
  const plane = new DataPlane({
    index: 0,
    cells,
    workerData,
    logger: silentLogger,
    sendLog(batch) {
      log.push(...Buffer.from(batch).toString('utf8').trimEnd().split('\n'));
      return true;
    },
    askKeys() {},
  });
  const store = new Store();
  const control = new ControlPlane({
    store,
    statuses: new StatusStore(),
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    compile: { ...DEFAULT_COMPILE, ...options.compile },
    defaultCertificate: { kind: 'none' },
    selfSigned: null,
    logger: silentLogger,
    wall: Date.now,
    send: async (delta) => {
      slots.reclaim(delta.version - 1);
      const pages = memory.pages;
      const full = state.apply(delta);
      for (const page of memory.pagesFrom(pages)) cells.addPage(page);
      for (const [name, slot] of full.slots.set) cells.assign(name, slot);
      plane.apply(full);
      for (const name of full.slots.remove) cells.forget(name);
    },
  });
  store.subscribe((changes) => control.note(changes));
  const files = new Map<string, ManifestObjects>();
  const put = (name: string, text: string): void => {
    validator ??= createValidator();
    const before = files.get(name) ?? NO_OBJECTS;
    const after = readManifestObjects({ path: name, text }, NO_OBJECTS, validator);
    const error = after.reports.find(({ severity }) => severity === 'error');
    if (error !== undefined) throw new Error(`${name}:${error.line}: ${error.text}`);
    files.set(name, after);
    const gone = [...before.objects].filter(([key]) => !after.objects.has(key));
    store.apply([
      {
        source: { rank: 1, name },
        upserts: [...after.objects.values()].map(({ object }) => object),
        removals: gone.map(([, { object }]) => refOf(object)),
      },
    ]);
  };
  for (const [name, text] of Object.entries(options.manifests)) put(name, text);
  await control.apply();
  const bound = await plane.listen([
    { name: 'http', address: '127.0.0.1', port: 0 },
    { name: 'https', address: '127.0.0.1', port: 0 },
  ]);
  context.after(() => plane.close());
  const read = <K extends string>(slot: number, layout: Readonly<Record<K, number>>) =>
    Object.fromEntries(
      Object.entries<number>(layout).map(([name, cell]) => [name, cells.sum(slot, cell)]),
    ) as Record<K, number>;
  return {
    http: bound[0]?.port ?? 0,
    https: bound[1]?.port ?? 0,
    plane,
    cells,
    log,
    async write(name, text) {
      put(name, text);
      await control.apply();
    },
    press(level) {
      pressure[0] = level;
    },
    upstream: (name) => {
      const full = [...control.snapshot.upstreams.keys()].find((key) => key.split('#')[0] === name);
      const slot = cells.slot(upstreamSlot(full ?? ''));
      if (slot < 0) throw new Error(`there is no upstream ${name}`);
      return read(slot, UPSTREAM_CELL);
    },
    endpoint: (port) => {
      const slot = cells.slot(endpointSlot({ address: '127.0.0.1', port }));
      if (slot < 0) throw new Error(`there is no endpoint with port ${port}`);
      return read(slot, ENDPOINT_CELL);
    },
    metric: (cell) => cells.metrics[cell] ?? 0,
  };
}
