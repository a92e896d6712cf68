import type { BenchCase } from '../lib/bench-case.ts';

/** The cost of proxying as such: a small GET, a small answer, keep-alive on both sides. */
export const small: BenchCase = {
  name: 'small',
  summary: 'GET of a fixed text of 13 bytes, keep-alive on both sides',
  manifests: 'small',
  nginxConfig: 'nginx.conf',
  requestPath: '/',
  connections: 64,
  expectedBody: 'hello, world\n',
};
