import type { ResponseHead } from '../../src/http1/message.ts';
import { OutputBuffers } from '../../src/http2/frame-writer.ts';
import { TimerWheel } from '../../src/lib/timer-wheel.ts';
import type { Lending, Wire, WireHandler } from '../../src/lib/wire.ts';
import { ReadBuffers } from '../../src/lib/wire.ts';
import type { Upstream } from '../../src/snapshot/upstream.ts';
import type { Attempt, AttemptListener, AttemptRequest } from '../../src/upstream/attempt.ts';
import { LoopWatch } from '../../src/upstream/loop-watch.ts';
import type { UpstreamRuntime } from '../../src/upstream/pool.ts';
import type { ProxyError } from '../../src/upstream/proxy-error.ts';
import { CELLS_PER_SLOT, type Cells } from '../../src/workers/cells.ts';

/** An upstream with the product's defaults. */
export function upstreamOf(changes: Partial<Upstream> = {}): Upstream {
  return {
    name: 'default/web/80',
    endpoints: 'default/web/http',
    protocol: 'http1',
    tls: null,
    balancer: 'round-robin',
    connectTimeoutMs: 2000,
    idleConnectionMs: 4000,
    breaker: {
      connections: 1024,
      pendingRequests: 1024,
      requests: 1024,
      retries: 3,
      perEndpointConnections: 0,
    },
    ...changes,
  };
}

/** Cells of one worker on the heap; every name has a slot. */
export function heapCells(): Cells {
  const slots = new Map<string, number>();
  const cells: number[] = [];
  return {
    worker: 0,
    slot(name) {
      const known = slots.get(name);
      if (known !== undefined) return known;
      slots.set(name, slots.size);
      return slots.size - 1;
    },
    add(slot, cell, amount) {
      const at = slot * CELLS_PER_SLOT + cell;
      cells[at] = (cells[at] ?? 0) + amount;
    },
    sum: (slot, cell) => cells[slot * CELLS_PER_SLOT + cell] ?? 0,
    load: () => 0n,
    compareExchange: () => 0n,
    metrics: new Float64Array(0),
  };
}

/** What pools share, with a wheel that the test turns, beginning at 0 ms. */
export function runtimeOf(
  changes: Partial<UpstreamRuntime> = {},
): UpstreamRuntime & { readonly told: string[] } {
  const told: string[] = [];
  return {
    cells: heapCells(),
    wheel: new TimerWheel(20, 0),
    buffers: new ReadBuffers(),
    outputBuffers: new OutputBuffers(),
    watch: new LoopWatch(() => 0),
    events: {
      upstreamConnect: (outcome) => told.push(`connect ${outcome}`),
      upstreamReuse: () => told.push('reuse'),
      surplus: (bytes) => told.push(`surplus ${bytes}`),
    },
    random: () => 0,
    ...changes,
    told,
  };
}

/** Collects what one attempt is told. */
export class Collector implements AttemptListener {
  readonly interim: number[] = [];
  head: ResponseHead | null = null;
  body = '';
  trailers: readonly string[] | null = null;
  done = false;
  error: ProxyError | null = null;
  switched: { readonly head: ResponseHead; readonly wire: Wire; readonly rest: string } | null = null;
  writable = 0;
  tunnel: WireHandler = { onBytes() {}, onEnd() {}, onClose() {} };
  readonly #over = Promise.withResolvers<void>();
  readonly #begun = Promise.withResolvers<void>();

  get failed(): boolean {
    return this.error !== null;
  }

  /** Resolves when it is done, has failed, or switched. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Resolves at the head, or when it is over. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  onInterim(head: ResponseHead): void {
    this.interim.push(head.status);
  }

  onResponse(
    head: ResponseHead,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): void {
    this.head = head;
    this.#begun.resolve();
    this.onBody(bytes, start, end, lending, done);
  }

  onBody(bytes: Buffer, start: number, end: number, _lending: Lending, done: boolean): void {
    this.body += bytes.toString('latin1', start, end);
    if (done) this.#end();
  }

  onTrailers(trailers: readonly string[]): void {
    this.trailers = trailers;
    this.#end();
  }

  onSwitch(head: ResponseHead, wire: Wire, rest: Buffer): WireHandler {
    this.switched = { head, wire, rest: rest.toString('latin1') };
    this.#over.resolve();
    return this.tunnel;
  }

  onFailure(error: ProxyError): void {
    this.error = error;
    this.#begun.resolve();
    this.#over.resolve();
  }

  onWritable(): void {
    this.writable++;
  }

  whenBodyLeft(callback: () => void): void {
    callback();
  }

  #end(): void {
    this.done = true;
    this.#over.resolve();
  }
}

/** The attempt that `begin` gave. */
export function begun(attempt: Attempt | null): Attempt {
  if (attempt === null) throw new Error('the request was refused');
  return attempt;
}

/** A request without a body, unless told otherwise. */
export function requestOf(changes: Partial<AttemptRequest> = {}): AttemptRequest {
  return {
    method: 'GET',
    head: 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n',
    fields: null,
    bodyLength: 0,
    upgrade: false,
    ...changes,
  };
}

/** Turns a wheel to a time, tick by tick, as the worker's timer does. */
export function turnTo(runtime: UpstreamRuntime, ms: number): void {
  for (let now = runtime.wheel.now; now < ms; ) {
    now = Math.min(now + 20, ms);
    runtime.wheel.turn(now);
  }
}

/** Numbers in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
