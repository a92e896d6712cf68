import type { AccessRecord } from '../../src/telemetry/access-log.ts';

/** A usual finished request, with what is given in its place. */
export function accessRecord(parts: Partial<AccessRecord> = {}): AccessRecord {
  return {
    method: 'GET',
    path: '/shop/items',
    query: '?page=2',
    authority: 'shop.example.com',
    protocol: 'HTTP/1.1',
    requestId: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
    responseStatus: 200,
    responseFlags: '',
    bytesReceived: 0,
    bytesSent: 1024,
    client: {
      address: '203.0.113.7',
      port: 40000,
      localAddress: '10.0.0.2',
      localPort: 8443,
      serverName: 'shop.example.com',
    },
    upstreamName: 'shop/web/80',
    upstreamAddress: '10.1.0.9:8080',
    upstreamLocalAddress: '10.0.0.2:51000',
    upstreamMs: 3.6,
    requestHeaders: [
      'accept',
      'text/html',
      'accept-encoding',
      'gzip, br',
      'accept-language',
      'en',
      'cookie',
      'session=abc',
      'user-agent',
      'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0',
      'x-forwarded-for',
      '198.51.100.1',
    ],
    responseHeaders: ['content-type', 'text/html', 'cache-control', 'no-store'],
    ...parts,
  };
}
