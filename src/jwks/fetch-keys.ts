import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { type PublicKey, parsePublicKeys } from '../lib/public-keys.ts';
import type { Result } from '../lib/result.ts';
import { err } from '../lib/result.ts';
import { checkServerNames } from '../lib/server-names.ts';
import type { RemoteKeySource } from '../snapshot/key-set.ts';

/** Fetches the keys of a source; resolves always, within its timeout. An error says why, for the log. */
export type FetchKeys = (
  source: RemoteKeySource,
  signal: AbortSignal,
) => Promise<Result<readonly PublicKey[], string>>;

/** A key set has some KiB. */
export const MAX_BODY_BYTES = 1 << 20;

/**
 * Asks a provider for its keys, by one GET on a connection of its own. Only 200 with a key set of at most 1 MiB
 * counts; redirects are not followed. Over TLS the server is verified as the source says (httpproxy.md 1.2).
 */
export const fetchKeys: FetchKeys = async (source, signal) => {
  const limit = AbortSignal.timeout(source.timeoutMs);
  try {
    return await get(source, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted) return err(`no whole answer within ${source.timeoutMs} ms`);
    return err(error instanceof Error ? error.message : String(error));
  }
};

function get(source: RemoteKeySource, signal: AbortSignal): Promise<Result<readonly PublicKey[], string>> {
  const { promise, resolve, reject } = Promise.withResolvers<Result<readonly PublicKey[], string>>();
  const url = new URL(source.uri);
  const options: https.RequestOptions = {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    headers: { host: url.host, accept: 'application/jwk-set+json, application/json', 'user-agent': 'sluice' },
    family: source.family,
    agent: false,
    signal,
    ...(url.protocol === 'https:' ? tlsOptions(source, url.hostname) : {}),
  };
  const request = (url.protocol === 'https:' ? https : http).request(options);
  request.on('error', reject);
  request.on('response', (response) => {
    const { statusCode = 0 } = response;
    if (statusCode !== 200) {
      const more = statusCode >= 300 && statusCode < 400 ? ': redirects are not followed' : '';
      request.destroy();
      resolve(err(`the answer is ${statusCode}${more}`));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        request.destroy();
        resolve(err(`the answer has more than ${MAX_BODY_BYTES} bytes`));
      }
    });
    response.on('error', reject);
    response.on('end', () => resolve(parsePublicKeys(Buffer.concat(chunks).toString('utf8'))));
  });
  request.end();
  return promise;
}

function tlsOptions({ verify }: RemoteKeySource, hostname: string): https.RequestOptions {
  const servername = isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : '';
  if (verify === null) return { servername, rejectUnauthorized: false };
  return {
    servername,
    ca: verify.caPem,
    rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) => checkServerNames(verify.names, certificate),
  };
}
