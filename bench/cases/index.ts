import type { BenchCase } from '../lib/bench-case.ts';
import { bodies } from './bodies.ts';
import { changes } from './changes.ts';
import { churn } from './churn.ts';
import { connect } from './connect.ts';
import { features } from './features.ts';
import { handshakes } from './handshake.ts';
import { http2 } from './http2.ts';
import { http2Services } from './http2-services.ts';
import { idle } from './idle.ts';
import { paced } from './paced.ts';
import { page } from './page.ts';
import { rejections } from './rejections.ts';
import { routeMemory } from './route-memory.ts';
import { routes } from './routes.ts';
import { slowClients } from './slow-clients.ts';
import { small } from './small.ts';
import { tls } from './tls.ts';
import { workers } from './workers.ts';

/** All cases, in the order of the table. */
export const CASES: readonly BenchCase[] = [
  small,
  page,
  tls,
  connect,
  ...handshakes,
  ...bodies,
  ...http2,
  ...http2Services,
  ...idle,
  slowClients,
  paced,
  workers,
  routes,
  features,
  rejections,
  changes,
  churn,
  routeMemory,
];
