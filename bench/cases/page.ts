import { loadCase } from '../lib/load-case.ts';

/** Eleven of the twelve: the twelfth is the host. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9,de;q=0.8',
  'Cache-Control': 'no-cache',
  Cookie: 'session=3f9a1c5e7b2d4860; theme=dark; consent=necessary; _ga=GA1.1.1029384756.1700000000',
  Pragma: 'no-cache',
  Referer: 'https://localhost/start?from=newsletter&campaign=autumn',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Upgrade-Insecure-Requests': '1',
};

/** What a browser sends and an application answers: twelve request headers, ten response headers. */
export const page = loadCase({
  name: 'page',
  summary: 'the headers of a browser and of an application: 12 there, 10 back',
  plan: {
    paths: ['/page'],
    connections: 64,
    headers: PAGE_HEADERS,
  },
  bars: [
    { metric: 'cpu', against: 'nginx', atMost: 1.1, aim: 0.95 },
    { metric: 'cpu', against: 'envoy', atMost: 0.5 },
  ],
});
