import type { ClientInfo } from '../filters/filter.ts';
import { TokenVerifier } from '../filters/token-verifier.ts';
import { type ConnectionFault, errorName } from '../http2/errors.ts';
import { OutputBuffers } from '../http2/frame-writer.ts';
import { HeldFields } from '../http2/held-fields.ts';
import { type Cidr, parseCidr } from '../lib/cidr.ts';
import { systemClock } from '../lib/clock.ts';
import { stackOf } from '../lib/error-message.ts';
import { Seldom } from '../lib/seldom.ts';
import { TimerWheel } from '../lib/timer-wheel.ts';
import { ReadBuffers } from '../lib/wire.ts';
import { applyDelta, type RouteTable } from '../router/table.ts';
import type { Delta } from '../snapshot/snapshot.ts';
import type { TlsPolicy } from '../snapshot/virtual-host.ts';
import { AccessLogBatcher, type AccessRecord, formatAccessLine } from '../telemetry/access-log.ts';
import { Recorder } from '../telemetry/recorder.ts';
import { LoopWatch } from '../upstream/loop-watch.ts';
import { UpstreamPools } from '../upstream/pools.ts';
import type { DrainOptions, ListenerAddress } from '../workers/protocol.ts';
import type { WorkerSide } from '../workers/worker-side.ts';
import { ConnectionsByNetwork } from './connections-by-network.ts';
import type { Exchange } from './exchange.ts';
import { Listener } from './listener.ts';
import { Offences } from './offences.ts';
import { createTlsFront, type TlsFront } from './tls/tls-front.ts';
import type { Tunnel } from './tunnel.ts';
import type { WorkerContext } from './worker-context.ts';
import type { WorkerOptions } from './worker-options.ts';

const TICK_MS = 20;
/** Fields of requests under way on HTTP/2 connections, decoded: 32 connections that hold all they may. */
const HELD_FIELD_BYTES = 64 * 1024 * 1024;
/** Between two lines of the log on connections that were ended: a flood must not flood the log. */
const FAULT_LINE_MS = 10_000;

/** What the log can say of a request that was refused while its head was read: nothing of it can be believed. */
const NO_REQUEST = {
  method: '',
  path: '',
  query: '',
  authority: '',
  protocol: '',
  requestId: '',
  bytesReceived: 0,
  bytesSent: 0,
  upstreamName: '',
  upstreamAddress: '',
  upstreamLocalAddress: '',
  upstreamMs: -1,
  requestHeaders: [],
  responseHeaders: [],
};

/** Everything of one worker: the table, the pools, the listeners, and what they share. */
export class DataPlane {
  readonly #side: WorkerSide;
  readonly #options: WorkerOptions;
  readonly #context: WorkerContext;
  readonly #log: AccessLogBatcher;
  readonly #tokens: TokenVerifier;
  readonly #listeners: Listener[] = [];
  readonly #tls = new Map<string, TlsPolicy>();
  readonly #ticker: NodeJS.Timeout;
  readonly #faultLines = new Seldom(FAULT_LINE_MS);
  #front: TlsFront | null = null;
  #table: RouteTable | null = null;

  constructor(side: WorkerSide) {
    this.#side = side;
    this.#options = side.workerData as WorkerOptions;
    this.#log = new AccessLogBatcher({
      send: (batch) => side.sendLog(batch),
      dropped: (lines) => this.#context.recorder.logDropped(lines),
    });
    this.#tokens = new TokenVerifier({ clock: systemClock, askKeys: (keySet) => side.askKeys(keySet) });
    const wheel = new TimerWheel(TICK_MS, performance.now());
    const buffers = new ReadBuffers();
    const outputBuffers = new OutputBuffers();
    const watch = new LoopWatch(() => performance.now());
    const pressure = new Uint8Array(this.#options.pressure);
    const { cells } = side;
    const now = () => performance.now();
    const recorder = new Recorder(cells);
    const stamps = new Stamps();
    this.#context = {
      table: null as unknown as RouteTable,
      pools: new UpstreamPools({
        cells,
        wheel,
        buffers,
        outputBuffers,
        watch,
        events: recorder,
        random: Math.random,
      }),
      cells,
      recorder,
      wheel,
      buffers,
      outputBuffers,
      heldFields: new HeldFields(HELD_FIELD_BYTES),
      offences: new Offences(),
      networks: new ConnectionsByNetwork(),
      watch,
      tunnels: new Set<Tunnel>(),
      draining: false,
      now,
      wall: Date.now,
      date: () => stamps.date(Date.now()),
      requestStart: () => stamps.requestStart(Date.now()),
      random: Math.random,
      pressure: () => pressure[0] as 0 | 1 | 2,
      record: (exchange) => this.#record(exchange),
      refused: (client, status) => this.#refused(client, status),
      fault: (client, fault) => this.#fault(client, fault),
      bug: (error) => this.bug(error),
    };
    this.#ticker = setInterval(() => wheel.turn(performance.now()), TICK_MS);
  }

  /** Builds the next table and swaps it in; a throw leaves the old one. */
  apply(delta: Delta): void {
    const { cells } = this.#side;
    const deps = { cells, clock: systemClock, tokens: this.#tokens, hostname: this.#options.hostname };
    if (delta.keySets !== undefined) this.#tokens.apply(delta.keySets);
    const table = applyDelta(this.#table, delta, deps);
    this.#context.pools.apply(delta);
    for (const host of delta.hosts.set) {
      if (host.tls === null) this.#tls.delete(host.name);
      else this.#tls.set(host.name, host.tls);
    }
    for (const name of delta.hosts.remove) this.#tls.delete(name);
    this.#front ??= this.#createFront(table);
    this.#front.update({ hosts: this.#tls, certificates: delta.certificates, settings: table.settings });
    this.#table = table;
    this.#context.table = table;
  }

  #createFront(table: RouteTable): TlsFront {
    return createTlsFront({
      settings: table.settings,
      ticketSecret: this.#options.ticketSecret,
      clock: systemClock,
      logger: this.#side.logger,
      onConnection: (socket, info) => {
        this.#context.recorder.handshake(info.resumed ? 'resumed' : 'full');
        for (const listener of this.#listeners)
          if (listener.name === 'https') listener.openSecure(socket, info);
      },
      onRefused: (reason) => this.#context.recorder.handshake(reason),
    });
  }

  /** Binds the listeners. Only after the first `apply`. */
  async listen(addresses: readonly ListenerAddress[]): Promise<readonly ListenerAddress[]> {
    const bound: ListenerAddress[] = [];
    const trustedProxies = this.#trustedProxies();
    for (const { name, address, port } of addresses) {
      const listener = new Listener({
        name: name === 'https' ? 'https' : 'http',
        worker: this.#context,
        front: name === 'https' ? this.#front : null,
        maxConnections: this.#options.maxConnections,
        trustedProxies,
      });
      this.#listeners.push(listener);
      bound.push({ name, ...(await listener.listen({ address, port })) });
    }
    return bound;
  }

  /** What the command line let through is known to parse. */
  #trustedProxies(): readonly Cidr[] | null {
    const texts = this.#options.trustedProxies;
    return (
      texts?.map((text) => {
        const cidr = parseCidr(text);
        if (!cidr.ok) throw new Error(cidr.error);
        return cidr.value;
      }) ?? null
    );
  }

  /** Leaves as availability.md "Drain" says. Resolves when all connections are done. */
  async drain({ delayMs, timeoutMs }: DrainOptions): Promise<void> {
    this.#context.draining = true;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await Promise.all(this.#listeners.map((listener) => listener.stopAccepting()));
    const done = Promise.all(this.#listeners.map((listener) => listener.finishConnections(timeoutMs)));
    const tunnels = setTimeout(() => this.#closeTunnels(), timeoutMs);
    await done;
    clearTimeout(tunnels);
    this.#closeTunnels();
    // A close frame and a FIN need a moment to leave.
    if (this.#context.tunnels.size > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    for (const listener of this.#listeners) listener.destroyConnections();
  }

  #closeTunnels(): void {
    for (const tunnel of this.#context.tunnels) tunnel.close();
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.stopAccepting()));
    for (const listener of this.#listeners) listener.destroyConnections();
    this.#front?.close();
    this.#context.pools.close();
    clearInterval(this.#ticker);
    this.#log.close();
  }

  /** An exception: counted, and logged with its stack. */
  bug(error: unknown): void {
    this.#context.recorder.exception();
    this.#side.logger.error('a bug of the gateway', { stack: stackOf(error) });
  }

  #fault({ address, port }: ClientInfo, { code, detail }: ConnectionFault): void {
    this.#context.recorder.connectionFault(code);
    const more = this.#faultLines.ask(performance.now());
    if (more < 0) return;
    const fields = { error: errorName(code), detail, client: address, port, more };
    this.#side.logger.info('ended an HTTP/2 connection', fields);
  }

  beat(lateMs: number): void {
    this.#context.recorder.loopDelay(lateMs);
  }

  #record(exchange: Exchange): void {
    const durationMs = performance.now() - exchange.startedMs;
    const { recorder } = this.#context;
    recorder.request(
      exchange.client.secure,
      exchange.responseStatus,
      durationMs,
      exchange.bytesReceived,
      exchange.bytesSent,
    );
    if (exchange.error !== null) recorder.error(exchange.error);
    if (!this.#logged(exchange)) return;
    this.#log.add(formatAccessLine(exchange, durationMs, Date.now()));
  }

  #refused(client: ClientInfo, status: number): void {
    const { recorder } = this.#context;
    recorder.refused(client.secure, status);
    recorder.error('http_request_error');
    const responseFlags = status === 408 ? 'SI' : 'DPE';
    const record = { ...NO_REQUEST, client, responseStatus: status, responseFlags };
    if (this.#logged(record)) this.#log.add(formatAccessLine(record, 0, Date.now()));
  }

  #logged({ responseStatus, responseFlags }: AccessRecord): boolean {
    switch (this.#options.accessLog) {
      case 'all':
        return true;
      case 'error':
        return responseStatus >= 300 || responseFlags !== '';
      case 'critical':
        return responseStatus >= 500 || responseFlags !== '';
      case 'off':
        return false;
      default:
        return this.#options.accessLog satisfies never;
    }
  }
}

/** Texts of the current time, made once a second and once a millisecond. */
class Stamps {
  #second = 0;
  #date = '';
  #ms = 0;
  #start = '';

  date(wallMs: number): string {
    const second = Math.floor(wallMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = new Date(wallMs).toUTCString();
    }
    return this.#date;
  }

  requestStart(wallMs: number): string {
    if (wallMs !== this.#ms) {
      this.#ms = wallMs;
      this.#start = `t=${(wallMs / 1000).toFixed(3)}`;
    }
    return this.#start;
  }
}
