import type { ClientInfo, FilterContext } from '../../src/filters/filter.ts';

export const CLIENT: ClientInfo = {
  address: '10.1.2.3',
  peerAddress: '10.1.2.3',
  port: 4567,
  localAddress: '10.0.0.1',
  localPort: 8443,
  secure: true,
  serverName: 'shop.test',
  tlsVersion: 'TLSv1.3',
  tlsCipher: 'TLS_AES_128_GCM_SHA256',
  tlsSessionId: 'abcd',
};

/** A request that filters run on; what a test does not name is plain. */
export function context(parts: Partial<FilterContext> = {}): FilterContext {
  return {
    method: 'GET',
    path: '/a',
    query: '?b=1',
    authority: 'shop.test',
    upstreamAuthority: 'shop.test',
    protocol: 'HTTP/1.1',
    requestHeaders: [],
    responseHeaders: [],
    responseStatus: 0,
    client: CLIENT,
    remoteAddress: '10.1.2.3',
    corsOrigin: '',
    upstreamAddress: '10.9.9.9:80',
    responseFlags: '',
    ...parts,
  };
}
