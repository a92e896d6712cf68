import type { ClientInfo } from '../filters/filter.ts';
import type { ConnectionFault } from '../http2/errors.ts';
import type { OutputBuffers } from '../http2/frame-writer.ts';
import type { HeldFields } from '../http2/held-fields.ts';
import type { TimerWheel } from '../lib/timer-wheel.ts';
import type { ReadBuffers } from '../lib/wire.ts';
import type { RouteTable } from '../router/table.ts';
import type { Recorder } from '../telemetry/recorder.ts';
import type { LoopWatch } from '../upstream/loop-watch.ts';
import type { UpstreamPools } from '../upstream/pools.ts';
import type { Cells } from '../workers/cells.ts';
import type { ConnectionsByNetwork } from './connections-by-network.ts';
import type { Exchange } from './exchange.ts';
import type { Offences } from './offences.ts';
import type { Tunnel } from './tunnel.ts';

/** What one worker's connections share. `table` is replaced as a whole; a request keeps what it took from it. */
export interface WorkerContext {
  table: RouteTable;
  readonly pools: UpstreamPools;
  readonly cells: Cells;
  readonly recorder: Recorder;
  readonly wheel: TimerWheel;
  readonly buffers: ReadBuffers;
  /** Of HTTP/2 connections. */
  readonly outputBuffers: OutputBuffers;
  /** Of requests under way on HTTP/2 connections. */
  readonly heldFields: HeldFields;
  /** Of HTTP/2 clients. */
  readonly offences: Offences;
  /** Of clients, on all listeners. */
  readonly networks: ConnectionsByNetwork;
  readonly watch: LoopWatch;
  /** Connections that switched protocols: closed at the end of a drain. */
  readonly tunnels: Set<Tunnel>;
  /** Answers say `connection: close` from now on. */
  draining: boolean;
  /** Monotonic milliseconds of this thread, with a fraction. */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
  /** `date` of an answer that begins now (RFC 9110 §6.6.1). */
  date(): string;
  /** Value of `x-request-start` for a request that begins now: `t=<seconds>.<milliseconds>`. */
  requestStart(): string;
  /** In [0, 1). */
  random(): number;
  /** Level of memory pressure: 0 none, 1 no keep-alive, 2 refuse requests. */
  pressure(): 0 | 1 | 2;
  /** Counts and logs a finished exchange. */
  record(exchange: Exchange): void;
  /** Counts and logs a request that was refused while its head was read. */
  refused(client: ClientInfo, status: number): void;
  /** Counts and logs what ended an HTTP/2 connection of a client. */
  fault(client: ClientInfo, fault: ConnectionFault): void;
  /** An exception is our own bug: it is logged with its stack, the worker lives. */
  bug(error: unknown): void;
}
