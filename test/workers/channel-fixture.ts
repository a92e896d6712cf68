import { connectToPool } from '../../src/workers/worker-side.ts';

/**
 * A worker whose handlers fail as `workerData` says: `listen`, `drain` or `close`. Each delta is answered, by a note,
 * with what the slot `upstream:x` was meanwhile, and with how many batches of 1 MiB the log took for each host.
 */
const BATCH_BYTES = 1 << 20;

const side = connectToPool({
  onDelta({ hosts, version }) {
    if (version < 0) throw new Error('cannot use this table');
    const taken = hosts.set.map(() => {
      let batches = 0;
      while (batches < 100 && side.sendLog(new Uint8Array(BATCH_BYTES).fill(0x0a))) batches++;
      return batches;
    });
    side.logger.info('delta', { slot: side.cells.slot('upstream:x'), taken: taken.join() });
  },
  async onListen(listeners) {
    if (side.workerData === 'listen') throw new Error('no such address');
    return listeners;
  },
  async onDrain() {
    if (side.workerData === 'drain') throw new Error('a bug in draining');
  },
  async onClose() {
    if (side.workerData === 'close') throw new Error('a bug in closing');
  },
});
