import { createServer } from 'node:net';
import { UPSTREAM_PORTS } from './bench-case.ts';

// Stands in for nginx as the upstream where nginx is missing: answers every head with one fixed text.
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 13\r\n\r\nhello, world\n';

for (const port of UPSTREAM_PORTS) {
  createServer({ noDelay: true }, (socket) => {
    let pending = '';
    socket.setEncoding('latin1');
    socket.on('error', () => socket.destroy());
    socket.on('data', (text: string) => {
      const heads = (pending + text).split('\r\n\r\n');
      pending = heads.pop() ?? '';
      if (heads.length > 0) socket.write(ANSWER.repeat(heads.length));
    });
  }).listen(port, '127.0.0.1');
}
