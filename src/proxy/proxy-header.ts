import type { Socket } from 'node:net';
import { ProxyHeaderReader } from './proxy-protocol.ts';

const DEADLINE_MS = 10_000;

/** Both ends of the connection that a proxy before us accepted. */
export interface PeerAddress {
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/**
 * Reads the PROXY header that must stand before everything else. A connection without a valid one,
 * or slower than 10 s, is dropped, and no byte of it goes further (http1.md C31).
 *
 * @param socket Of a peer that is trusted.
 * @param then Gets what the header said (null: nothing, as health checks of the proxy itself) and the bytes
 *   behind it; the socket is paused.
 */
export function readProxyHeader(
  socket: Socket,
  then: (peer: PeerAddress | null, rest: Buffer) => void,
): void {
  const reader = new ProxyHeaderReader();
  const timer = setTimeout(() => socket.destroy(), DEADLINE_MS);
  socket.once('close', () => clearTimeout(timer));
  const onEnd = () => socket.destroy();
  const onData = (bytes: Buffer) => {
    const outcome = reader.push(bytes);
    if (outcome === 'more') return;
    clearTimeout(timer);
    socket.off('data', onData);
    socket.off('end', onEnd);
    if (outcome === 'refused' || reader.header === null) {
      socket.destroy();
      return;
    }
    socket.pause();
    const { header } = reader;
    if (header.kind === 'local') then(null, reader.rest);
    else {
      const { source, destination } = header;
      then(
        {
          address: source.address,
          port: source.port,
          localAddress: destination.address,
          localPort: destination.port,
        },
        reader.rest,
      );
    }
  };
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.resume();
}
