import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';

// Answers every request with the SHA-256 of its body, so that the bench can tell whether an upload arrived whole.
// `node hash-service.ts PORT`
createServer(async (request, response) => {
  const hash = createHash('sha256');
  try {
    await pipeline(request, hash);
    response.end(hash.digest('hex'));
  } catch {
    response.destroy();
  }
}).listen(Number(process.argv[2]), '127.0.0.1');
