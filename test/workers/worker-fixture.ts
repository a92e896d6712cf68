import { createServer, type Server } from 'node:net';
import { connectToPool } from '../../src/workers/worker-side.ts';

/**
 * A worker for tests. It answers each connection with its index, and obeys hosts whose name is a command:
 * `throw-N`, `exit-N`, `hang-N`, `count-N`, `log-N` for worker N. A thread obeys none in its first delta, so that the
 * successor of a thread that died by command lives. Fixed cell 100 holds how many hosts it serves.
 * `workerData`, when there is some, holds a fuse for each index: a thread that is to listen dies of its own, once.
 */
const HOSTS_CELL = 100;
const hosts = new Set<string>();
const servers: Server[] = [];
let obeys = false;

const side = connectToPool({
  onDelta(delta) {
    const commands = obeys ? delta.hosts.set.map(({ name }) => name) : [];
    obeys = true;
    if (commands.includes(`throw-${side.index}`)) throw new Error('cannot use this table');
    for (const { name } of delta.hosts.set) hosts.add(name);
    for (const name of delta.hosts.remove) hosts.delete(name);
    side.cells.metrics[HOSTS_CELL] = hosts.size;
    for (const { name } of delta.upstreams.set) {
      const slot = side.cells.slot(`upstream:${name}`);
      side.cells.add(slot, 0, 1);
      side.cells.add(slot, 4, 1);
    }
    for (const { name, key } of delta.certificates.set)
      side.logger.info(`${name} ${key} ${key.reveal().length}`);
    if (commands.includes(`log-${side.index}`)) side.sendLog(new TextEncoder().encode('a line\n'));
    if (commands.includes(`exit-${side.index}`)) process.exit(3);
    if (commands.includes(`hang-${side.index}`)) for (;;);
  },
  onListen(listeners) {
    if (side.workerData instanceof Int32Array && Atomics.exchange(side.workerData, side.index, 0) === 1)
      process.exit(4);
    return Promise.all(
      listeners.map(
        ({ name, address, port }) =>
          new Promise<{ name: string; address: string; port: number }>((resolve, reject) => {
            const server = createServer((socket) => socket.end(String(side.index)));
            servers.push(server);
            server.once('error', reject);
            server.listen({ host: address, port, reusePort: true }, () => {
              const bound = server.address();
              resolve({ name, address, port: typeof bound === 'object' && bound !== null ? bound.port : 0 });
            });
          }),
      ),
    );
  },
  async onDrain() {
    for (const server of servers) server.close();
  },
  onClose() {
    for (const server of servers) server.close();
  },
});
