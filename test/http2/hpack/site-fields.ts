import { Chance } from '../../http1/mutate.ts';

/** A message: its pseudo-fields apart, the others in order. */
export interface SiteRequest {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

export interface SiteResponse {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

export interface SiteExchange {
  readonly request: SiteRequest;
  readonly response: SiteResponse;
}

/** A kind of site, by what its `index`th exchange looks like. */
interface Site {
  readonly name: string;
  readonly exchange: (index: number, chance: Chance) => SiteExchange;
}

const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (value: number): string => `${value % 60}`.padStart(2, '0');
const date = (index: number): string =>
  `${DAYS[index % 7]}, ${two((index % 28) + 1)} Nov 2026 10:${two(index >> 4)}:${two(index)} GMT`;

function hex(chance: Chance, length: number): string {
  return Array.from({ length }, () => chance.below(16).toString(16)).join('');
}

function base64(chance: Chance, length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return Array.from({ length }, () => letters[chance.below(64)]).join('');
}

/** A page and what it is made of: one browser, many files, cookies that stay, validators that differ. */
const shop: Site = {
  name: 'a shop in a browser',
  exchange: (index, chance) => {
    const kind = chance.pick(['css', 'js', 'webp', 'html'] as const);
    const types = {
      css: 'text/css',
      js: 'text/javascript',
      webp: 'image/webp',
      html: 'text/html; charset=utf-8',
    };
    const isPage = kind === 'html';
    return {
      request: {
        method: 'GET',
        authority: isPage ? 'www.shop.test' : 'static.shop.test',
        path: isPage ? `/goods/${chance.below(40)}?from=list&page=${index}` : `/v7/${hex(chance, 8)}.${kind}`,
        fields: [
          ['sec-ch-ua', '"Chromium";v="130", "Not?A_Brand";v="99"'],
          ['sec-ch-ua-mobile', '?0'],
          ['user-agent', AGENT],
          ['accept', isPage ? 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' : '*/*'],
          ['sec-fetch-mode', isPage ? 'navigate' : 'no-cors'],
          ['referer', `https://www.shop.test/goods/${chance.below(40)}`],
          ['accept-encoding', 'gzip, deflate, br, zstd'],
          ['accept-language', 'en-GB,en;q=0.9,de;q=0.7'],
          ['cookie', 'consent=all'],
          ['cookie', 'session=3f9d2a7c1b8e4f60a5d7c9e2b4f80613'],
          ['cookie', `seen=${index}`],
          ...(chance.below(3) === 0 ? [['if-none-match', `"${hex(chance, 16)}"`] as const] : []),
        ],
      },
      response: {
        status: chance.pick([200, 200, 200, 304, 404]),
        fields: [
          ['date', date(index)],
          ['content-type', types[kind]],
          ['etag', `W/"${hex(chance, 16)}"`],
          ['cache-control', isPage ? 'private, no-store' : 'public, max-age=31536000, immutable'],
          ['vary', 'accept-encoding'],
          ['strict-transport-security', 'max-age=63072000; includeSubDomains; preload'],
          [
            'content-security-policy',
            "default-src 'self'; img-src 'self' https://static.shop.test data:; script-src 'self' 'strict-dynamic'",
          ],
          ...(isPage
            ? [['set-cookie', `seen=${index}; Path=/; Secure; HttpOnly; SameSite=Lax`] as const]
            : []),
          ...(isPage ? [['set-cookie', `basket=${hex(chance, 12)}; Path=/; Secure`] as const] : []),
          ['alt-svc', 'h3=":443"; ma=86400'],
        ],
      },
    };
  },
};

/** Calls with a token, an id for each, and a trace: much that never comes again pushes out what does. */
const api: Site = {
  name: 'an API with tokens and traces',
  exchange: (index, chance) => ({
    request: {
      method: chance.pick(['GET', 'POST', 'PATCH', 'DELETE']),
      authority: 'api.shop.test:8443',
      path: `/v2/accounts/${hex(chance, 12)}/orders?cursor=${base64(chance, 40)}&limit=50`,
      fields: [
        ['authorization', `Bearer ${base64(chance, 36)}.${base64(chance, 180)}.${base64(chance, 43)}`],
        ['content-type', 'application/json'],
        ['accept', 'application/json'],
        ['x-request-id', hex(chance, 32)],
        ['traceparent', `00-${hex(chance, 32)}-${hex(chance, 16)}-01`],
        ['idempotency-key', hex(chance, 32)],
        ['user-agent', 'orders-client/4.12.0 (go1.26)'],
      ],
    },
    response: {
      status: chance.pick([200, 201, 204, 409, 429, 500]),
      fields: [
        ['date', date(index)],
        ['content-type', 'application/json'],
        ['x-request-id', hex(chance, 32)],
        ['x-ratelimit-limit', '1000'],
        ['x-ratelimit-remaining', `${1000 - (index % 1000)}`],
        ['server-timing', `db;dur=${chance.below(900)}.${chance.below(9)}, app;dur=${chance.below(90)}`],
        ['location', `https://api.shop.test:8443/v2/orders/${hex(chance, 24)}`],
      ],
    },
  }),
};

/** The same over and over: nearly all comes from the table. */
const poll: Site = {
  name: 'a dashboard that polls',
  exchange: (index) => ({
    request: {
      method: 'GET',
      authority: 'status.shop.test',
      path: '/state.json',
      fields: [
        ['user-agent', AGENT],
        ['accept', 'application/json'],
        ['x-odd', 'caf\u00e9 \u00ff'],
        ['cache-control', 'no-cache'],
      ],
    },
    response: {
      status: 200,
      fields: [
        ['date', date(index >> 3)],
        ['content-type', 'application/json'],
        ['cache-control', 'no-cache'],
        ['x-empty', ''],
      ],
    },
  }),
};

/** Fields near the size of the table, one of them above it: they empty it. */
const heavy: Site = {
  name: 'fields as large as the table',
  exchange: (index, chance) => ({
    request: {
      method: 'GET',
      authority: 'heavy.shop.test',
      path: `/${base64(chance, 1 + chance.below(600))}`,
      fields: [
        ['x-state', base64(chance, chance.pick([10, 900, 2900, 4030, 4100, 6000]))],
        ['user-agent', AGENT],
        ['cookie', `big=${base64(chance, 1500)}`],
        ['x-number', `${index % 3}`],
      ],
    },
    response: {
      status: 200,
      fields: [
        ['x-state', base64(chance, chance.pick([10, 900, 2900, 4030, 4100, 6000]))],
        ['date', date(index)],
        ['link', `</${hex(chance, 600)}.css>; rel=preload`],
      ],
    },
  }),
};

/** The sites by name, each a stream of exchanges that is the same every time. */
export const SITES: readonly { readonly name: string; readonly exchanges: readonly SiteExchange[] }[] = [
  shop,
  api,
  poll,
  heavy,
].map(({ name, exchange }, seed) => {
  const chance = new Chance(seed + 1);
  return { name, exchanges: Array.from({ length: 150 }, (_, index) => exchange(index, chance)) };
});
