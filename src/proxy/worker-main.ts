import { connectToPool } from '../workers/worker-side.ts';
import { DataPlane } from './data-plane.ts';

// The entry script of a worker thread: it joins the pool and serves until it is told to close.
const side = connectToPool({
  onDelta: (delta) => plane.apply(delta),
  onListen: (listeners) => plane.listen(listeners),
  onDrain: (options) => plane.drain(options),
  onClose: () => plane.close(),
  onBeat: (lateMs) => plane.beat(lateMs),
});
const plane = new DataPlane(side);
// What no request could catch is still our own bug and no reason to lose the connections of all the others.
process.on('uncaughtException', (error) => plane.bug(error));
