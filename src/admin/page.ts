import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import type { Summary } from './summary.ts';

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.05rem; margin: 1.8rem 0 .4rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #d8dee6 }
th { font-weight: 600; color: #516074 } code { font: 13px ui-monospace, monospace } a { color: #0b5cad }
.good { color: #146c2e } .bad { color: #a3161a } td { overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) { body { color: #dde3ea; background: #14181d } th { color: #9aa7b6 } th, td { border-color: #333c47 } a { color: #7db8f0 } .good { color: #6fce87 } .bad { color: #ff8a8a } }
`;

/** Allows the page its one style sheet, by its hash, and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const LINKS: readonly (readonly [path: string, what: string])[] = [
  ['/v1/listeners', 'addresses in use'],
  ['/v1/routes', 'hosts and their routes, in order; ?host=name for one'],
  ['/v1/upstreams', 'upstreams, their endpoints and counters'],
  ['/v1/certificates', 'certificates and what is odd about them'],
  ['/v1/workers', 'worker threads'],
  ['/v1/explain?method=GET&url=http://localhost/', 'which route answers a request'],
  ['/metrics', 'for Prometheus'],
  ['/readyz', 'whether it is ready'],
  ['/livez', 'whether it lives'],
  ['/apis', 'the objects that it holds, in the shape of the Kubernetes API'],
];

/**
 * The page at `/`: a summary and links, without a script.
 *
 * @param url Of this server, as the reader knows it: for the line with kubectl.
 */
export function renderPage(summary: Summary, url: string): string {
  const { version, ready } = summary;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title><style>${new Html(STYLE)}</style></head><body>
<h1>Sluice</h1>
<p>Version ${version}, <strong class="${ready ? 'good' : 'bad'}">${ready ? 'ready' : 'not ready'}</strong></p>
${served(summary)}
${troubled(summary)}
${certificates(summary)}
<h2>Listeners</h2>
${table(
  ['Name', 'Address', 'Port'],
  summary.listeners.map(({ name, address, port }) => [name, address, String(port)]),
)}
<h2>Workers</h2>
${table(
  ['Worker', 'State', 'Configuration', 'Restarts', 'Last error'],
  summary.workers.map(({ index, state, version: held, restarts, error }) => [
    String(index),
    state,
    String(held),
    String(restarts),
    error ?? '',
  ]),
)}
<h2>More</h2>
<table>${LINKS.map(([path, what]) => html`<tr><td><a href="${path}">${path}</a></td><td>${what}</td></tr>`)}</table>
<p><code>kubectl --server ${url} get httpproxies -A</code></p>
</body></html>
`;
  return page.toString();
}

function served({ served }: Summary): Html {
  return html`<h2>Served</h2>
${table(
  served.map(([what]) => what),
  [served.map(([, count]) => String(count))],
)}`;
}

function troubled({ troubled, moreTroubled }: Summary): Html {
  if (troubled.length === 0) return html`<p class="good">Every object works as written.</p>`;
  const more = moreTroubled === 0 ? '' : html`<p>and ${moreTroubled} more</p>`;
  const rows = troubled.map(({ object, status, text }) => [object, status, text]);
  return html`<h2 class="bad">Objects that do not work as written</h2>
${table(['Object', 'Status', 'Why'], rows)}${more}`;
}

function certificates({ certificates }: Summary): Html {
  if (certificates.length === 0) return html``;
  const rows = certificates.map(({ name, notAfter, warnings }) => [
    name,
    notAfter,
    warnings.map(({ message }) => message).join('; '),
  ]);
  return html`<h2 class="bad">Certificates with warnings</h2>
${table(['Certificate', 'Valid until', 'Warnings'], rows)}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  const cells = (row: readonly string[]): Html[] => row.map((text) => html`<td>${text}</td>`);
  return html`<table><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr>
${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</table>`;
}
