import { once } from 'node:events';
import net from 'node:net';

/** A port on loopback that refuses connections: it was free a moment ago, and ports are handed out in turn. */
export async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
