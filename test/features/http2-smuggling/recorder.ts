import type { TestContext } from 'node:test';
import { rawServer } from '../../support/raw.ts';

const LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t\x20-\x7e\x80-\xff]*$/;
const REQUEST_LINE = /^[A-Z]+ [\x21-\x7e]+ HTTP\/1\.1$/;
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** A whole request as a server that knows nothing of proxies reads it. */
export interface RecordedRequest {
  /** Request line and fields. */
  readonly lines: readonly string[];
  readonly body: string;
}

/** An HTTP/1.1 server that takes nothing for granted. */
export interface Recorder {
  readonly port: number;
  readonly requests: readonly RecordedRequest[];
  /** Why it could not read what came, one line each. */
  readonly complaints: readonly string[];
  /** Bytes of requests that were not whole when their connection ended, and of those under way. */
  readonly unfinished: () => readonly string[];
}

/** Starts it. It answers each whole request, reads on on the same connection, and keeps what it read. */
export async function startRecorder(t: TestContext): Promise<Recorder> {
  const requests: RecordedRequest[] = [];
  const complaints: string[] = [];
  const rests: string[] = [];
  const { port } = await rawServer(t, (socket, index) => {
    rests[index] = '';
    socket.on('data', (bytes) => {
      let rest = rests[index] + bytes.toString('latin1');
      for (;;) {
        const cut = cutRequest(rest);
        if (typeof cut === 'string') complaints.push(`${cut}: ${JSON.stringify(rest)}`);
        if (cut === null || typeof cut === 'string') break;
        requests.push(cut.request);
        rest = rest.slice(cut.length);
        socket.write(ANSWER);
      }
      rests[index] = rest;
    });
    socket.on('end', () => socket.end());
  });
  return { port, requests, complaints, unfinished: () => rests.filter((rest) => rest !== '') };
}

/** @returns The first request; null when it is not all there; a complaint when it is none. */
function cutRequest(
  text: string,
): { readonly request: RecordedRequest; readonly length: number } | string | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const lines = text.slice(0, headEnd).split('\r\n');
  if (!REQUEST_LINE.test(lines[0] ?? '')) return 'no request line';
  const strange = lines.slice(1).find((line) => !LINE.test(line));
  if (strange !== undefined) return `no field: ${JSON.stringify(strange)}`;
  const framing = lines.filter((line) => /^(content-length|transfer-encoding):/i.test(line));
  if (framing.length > 1) return 'framed twice';
  const start = headEnd + 4;
  const length = Number(/^content-length: (\d+)$/i.exec(framing[0] ?? '')?.[1] ?? 0);
  if (framing[0] !== undefined && !/^content-length: \d+$|^transfer-encoding: chunked$/i.test(framing[0]))
    return `framed by ${framing[0]}`;
  if (/^transfer-encoding/i.test(framing[0] ?? '')) return cutChunks(text, start, lines);
  if (text.length < start + length) return null;
  return { request: { lines, body: text.slice(start, start + length) }, length: start + length };
}

function cutChunks(text: string, start: number, lines: readonly string[]): ReturnType<typeof cutRequest> {
  let body = '';
  for (let at = start; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const line = text.slice(at, lineEnd);
    if (!/^[0-9a-f]+$/i.test(line)) return `no chunk: ${JSON.stringify(line)}`;
    const size = Number.parseInt(line, 16);
    at = lineEnd + 2 + size + 2;
    if (text.length < at) return null;
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    if (text.slice(at - 2, at) !== '\r\n') return 'a chunk without an end';
    if (size === 0) return { request: { lines, body }, length: at };
  }
}
