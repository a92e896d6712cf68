import type { Lending } from '../lib/wire.ts';
import { RecvWindow } from './recv-window.ts';

/** Body bytes that wait for a window. */
export interface QueuedData {
  readonly bytes: Buffer;
  start: number;
  readonly end: number;
  readonly lending: Lending;
  next: QueuedData | null;
}

/**
 * One stream: what RFC 9113 §5.1 calls its state, its windows, and what waits to be sent. Drivers read it and
 * set `owner`; all else is written by the session.
 */
export class Http2Stream<Owner> {
  readonly id: number;
  /** Of the driver: its own state for this stream. */
  owner: Owner | null = null;
  /** Of the request, as far as it could be read. */
  readonly method: string;
  /** The peer has ended its side. */
  remoteClosed = false;
  /** Our END_STREAM was written (it may still wait in the output). */
  localClosed = false;
  /** Both sides are through, or it was reset: nothing further happens on it. */
  closed = false;
  /** Client: the final response head is there. */
  responded = false;

  /** What the peer may still send. */
  readonly recvWindow: RecvWindow;
  /** Of `content-length`, -1 if there is none; and data so far. RFC 9113 §8.1.1. */
  expectedBytes = -1;
  receivedBytes = 0;
  /** Decoded size of the head, counted while the stream lives. */
  headBytes = 0;

  /** Bytes that we may still send; below 0 when the peer made its initial window smaller (RFC 9113 §6.9.2). */
  sendWindow: number;
  queuedBytes = 0;
  firstQueued: QueuedData | null = null;
  lastQueued: QueuedData | null = null;
  /** END_STREAM comes behind what is queued. */
  endQueued = false;
  /** Trailers come behind what is queued, with END_STREAM. */
  trailers: readonly string[] | null = null;
  /** In the ring of streams that may send. */
  ready = false;
  nextReady: Http2Stream<Owner> | null = null;
  /** Its last DATA frame, as the writer counts frames. */
  lastData = 0;

  constructor(id: number, method: string, recvWindow: number, sendWindow: number) {
    this.id = id;
    this.method = method;
    this.recvWindow = new RecvWindow(recvWindow);
    this.sendWindow = sendWindow;
  }

  /** There is something to send that no window holds up: data, or the end behind it. */
  get sendable(): boolean {
    if (this.queuedBytes > 0) return this.sendWindow > 0;
    return this.endQueued || this.trailers !== null;
  }
}
