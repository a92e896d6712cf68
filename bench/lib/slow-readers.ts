import { readFileSync } from 'node:fs';
import net from 'node:net';
import { HOST } from './site.ts';

// Connections that each fetch a body over and over, and read it slowly: `node slow-readers.ts OPTIONS`. Every byte
// is compared. Reports once all have begun, then when asked; ends with an error when a byte is wrong or missing.

/** What to do, as JSON. */
export interface SlowReaderOptions {
  readonly port: number;
  readonly path: string;
  /** The file that holds the body. */
  readonly file: string;
  readonly connections: number;
  /** Of each connection. */
  readonly bytesPerSecond: number;
}

/** How far they are. */
export interface SlowReaderReport {
  /** Bytes of bodies, all connections together. */
  readonly bytes: number;
}

/** Each connection reads once a second; they take turns within it. */
const TURNS = 20;
const HEAD_END = '\r\n\r\n';

const { port, path, file, connections, bytesPerSecond } = JSON.parse(
  process.argv[2] ?? '',
) as SlowReaderOptions;
const expected = readFileSync(file);
const request = `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
/** One for all: what was read is compared before anybody else reads. */
const buffer = Buffer.allocUnsafe(bytesPerSecond);
let bytes = 0;

/** Opens one that stops after each read. @returns What makes it read again; resolves when its answer has begun. */
function open(): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<() => void>();
  let head = '';
  let inHead = true;
  let at = 0;
  const onHead = (part: Buffer): Buffer => {
    const before = head.length;
    head += part.toString('latin1');
    const end = head.indexOf(HEAD_END);
    if (end < 0) return part.subarray(part.length);
    if (!head.startsWith('HTTP/1.1 200 ')) fail(`has answered ${JSON.stringify(head.slice(0, 200))}`);
    inHead = false;
    resolve(() => socket.resume());
    return part.subarray(end + HEAD_END.length - before);
  };
  const onread = (count: number): boolean => {
    const read = buffer.subarray(0, count);
    const body = inHead ? onHead(read) : read;
    if (body.compare(expected, at, at + body.length) !== 0) fail(`has sent a wrong byte behind ${at}`);
    at += body.length;
    bytes += body.length;
    if (at === expected.length) {
      head = '';
      inHead = true;
      at = 0;
      socket.write(request);
    }
    // Only heads are read without a pause.
    return inHead;
  };
  const socket = net.connect({ host: '127.0.0.1', port, onread: { buffer, callback: onread } });
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('has closed a connection'));
  socket.write(request);
  return promise;
}

function fail(what: string): never {
  throw new Error(`Port ${port} ${what}`);
}

const readOn = await Promise.all(Array.from({ length: connections }, open));
let turn = 0;
setInterval(() => {
  for (let index = turn; index < readOn.length; index += TURNS) readOn[index]?.();
  turn = (turn + 1) % TURNS;
}, 1000 / TURNS);
const report = (): SlowReaderReport => ({ bytes });
process.on('message', () => process.send?.(report()));
process.send?.(report());
