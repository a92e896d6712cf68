import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Load, LoadOptions, LoadRun } from './load-options.ts';
import { LOAD_CORE } from './pinned-process.ts';
import { HOST } from './site.ts';

/**
 * Loads a port of this machine with wrk.
 *
 * @throws {Error} When an answer was not what it must be, or a connection failed: the figures would mean nothing.
 */
export async function loadHttp1(options: LoadOptions, { folder, seconds }: LoadRun): Promise<Load> {
  const { port, tls = false, connections, cores = [LOAD_CORE], refused } = options;
  const script = join(folder, 'load.lua');
  await writeFile(script, luaOf(options));
  const url = `${tls ? 'https' : 'http'}://${HOST}:${port}/`;
  const threads = `-t${cores.length}`;
  const args = [
    ...['-c', cores.join(), 'wrk', threads, `-c${connections}`],
    ...[`-d${Math.ceil(seconds)}s`, '--timeout', '10s', '-s', script, url],
  ];
  const env = { ...process.env, OPENSSL_CONF: join(folder, 'openssl.cnf') };
  const { stdout } = await promisify(execFile)('taskset', args, { env });
  const line = /^figures (.*)$/m.exec(stdout)?.[1] ?? '';
  const [requests = 0, us = 0, errors = 0, status = 0, p50 = 0, p99 = 0, p999 = 0] = line
    .split(' ')
    .map(Number);
  const failed = errors + (refused === undefined ? status : requests - status);
  if (failed > 0 || !(requests > 0)) throw new Error(`wrk: ${failed} of ${requests} failed\n${stdout}`);
  return {
    ...{ requests, requestsPerSecond: (requests / us) * 1e6 },
    ...{ p50: p50 / 1000, p99: p99 / 1000, p999: p999 / 1000 },
  };
}

/** The script: a fixed request costs the generator nothing; several are formatted beforehand. */
function luaOf({ paths, hosts = [], headers = {}, uploadBytes, thinkMs }: LoadOptions): string {
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers["${name}"] = ${lua(value)}`);
  lines.push(`wrk.headers["Host"] = ${lua(hosts[0] ?? HOST)}`, `wrk.path = ${lua(paths[0] ?? '/')}`);
  if (uploadBytes !== undefined) {
    lines.push('wrk.method = "POST"', `wrk.body = string.rep("0123456789abcdef", ${uploadBytes / 16})`);
  }
  if (paths.length > 1 || hosts.length > 1) {
    lines.push(
      `local paths = {${paths.map(lua).join()}}`,
      `local hosts = {${(hosts.length > 0 ? hosts : [HOST]).map(lua).join()}}`,
      'local requests, at = {}, 0',
      'function init()',
      '  for _, host in ipairs(hosts) do',
      '    wrk.headers["Host"] = host',
      '    for _, path in ipairs(paths) do requests[#requests + 1] = wrk.format(nil, path) end',
      '  end',
      '  math.randomseed(1)',
      '  for last = #requests, 2, -1 do',
      '    local other = math.random(last)',
      '    requests[last], requests[other] = requests[other], requests[last]',
      '  end',
      'end',
      'function request() at = at % #requests + 1; return requests[at] end',
    );
  }
  if (thinkMs !== undefined) lines.push(`function delay() return math.random(0, ${2 * thinkMs}) end`);
  lines.push(
    'function done(summary, latency)',
    '  local e = summary.errors',
    '  io.write(string.format("figures %d %d %d %d %d %d %d\\n", summary.requests, summary.duration,',
    '    e.connect + e.read + e.write + e.timeout, e.status,',
    '    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))',
    'end',
  );
  return `${lines.join('\n')}\n`;
}

function lua(text: string): string {
  return JSON.stringify(text);
}
