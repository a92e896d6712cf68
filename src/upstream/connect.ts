import tls from 'node:tls';
import { Wire, type WireHandler } from '../lib/wire.ts';
import { ENDPOINT_CELL, UPSTREAM_CELL } from '../workers/cells.ts';
import type { LiveEndpoint } from './endpoint.ts';

/**
 * Opens a socket to an endpoint, with TLS where its upstream speaks it, and counts it.
 *
 * @param onConnect It stands, the handshake included. A failure comes as `onClose`.
 */
export function connectWire(endpoint: LiveEndpoint, handler: WireHandler, onConnect: () => void): Wire {
  const { pool, address } = endpoint;
  const { runtime, upstream } = pool;
  runtime.cells.add(pool.slot, UPSTREAM_CELL.connections, 1);
  runtime.cells.add(endpoint.slot, ENDPOINT_CELL.connections, 1);
  const target = { host: address.address, port: address.port };
  if (upstream.tls === null) {
    const wire = Wire.connect(target, handler, runtime.buffers);
    wire.socket.once('connect', onConnect);
    return wire;
  }
  const socket = tls.connect({ ...target, ...endpoint.tlsOptions() });
  socket.setNoDelay(true);
  const wire = Wire.adopt(socket, handler, runtime.buffers);
  wire.start();
  socket.once('secureConnect', onConnect);
  socket.on('session', (session) => endpoint.keepSession(session));
  return wire;
}

/** Takes a socket that is gone out of the count. */
export function countClosed({ pool, slot }: LiveEndpoint): void {
  pool.runtime.cells.add(pool.slot, UPSTREAM_CELL.connections, -1);
  pool.runtime.cells.add(slot, ENDPOINT_CELL.connections, -1);
}
