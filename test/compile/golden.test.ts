import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { before, test } from 'node:test';
import { parse as parseYaml, stringify } from 'yaml';
import type { CompileResult } from '../../src/compile/compiler.ts';
import type { Effect, Level, ReasonCode } from '../../src/compile/reasons.ts';
import { effectOf, REASONS } from '../../src/compile/reasons.ts';
import type { CompileOptions } from '../../src/compile/view.ts';
import type { KubeObject } from '../../src/resources/kinds.ts';
import type { Upstream } from '../../src/snapshot/upstream.ts';
import type { Route, TlsPolicy } from '../../src/snapshot/virtual-host.ts';
import { Harness, parse } from './compiler-harness.ts';
import { makeCertificate } from './test-certificates.ts';

// Pairs of files: `<case>.in.yaml` has objects (and maybe one document of kind CompileOptions), `<case>.out.yaml`
// what they come to. SLUICE_UPDATE_GOLDEN=1 writes the outputs anew; the difference is for review.
// In `reasons/` each file is named after the reason it is about, and its effect is held to the table.

const root = join(import.meta.dirname, 'testdata');
const update = process.env.SLUICE_UPDATE_GOLDEN === '1';

/** Reasons that no file can cause: test/compile/httpproxy/includes.test.ts and compiler.test.ts have them. */
const ELSEWHERE: readonly ReasonCode[] = ['IncludeError/TooManyIncludes', 'SpecError/InternalError'];

const cases = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.in.yaml'))
  .map((path) => relative(root, join(root, path)).replace(/\.in\.yaml$/, ''))
  .sort();

/** Texts that stand in the inputs for what is made anew in each run. */
const made = new Map<string, string>();

before(async () => {
  const ours = await makeCertificate({ subject: 'CN=www.example.com', dnsNames: ['www.example.com'] });
  const other = await makeCertificate({ subject: 'CN=other.example.com' });
  made.set('$CERTIFICATE', ours.certPem);
  made.set('$KEY', ours.keyPem);
  made.set('$OTHER_KEY', other.keyPem);
});

for (const name of cases) {
  test(`golden ${name}`, () => {
    const result = compile(name);
    const text = stringify(render(result), { lineWidth: 0, aliasDuplicateObjects: false });
    const file = join(root, `${name}.out.yaml`);
    if (update) writeFileSync(file, text);
    assert.ok(existsSync(file), `${file} is missing; write it with SLUICE_UPDATE_GOLDEN=1`);
    assert.equal(text, readFileSync(file, 'utf8'));
    const [folder, title = ''] = name.split('/');
    if (folder === 'reasons') checkReason(title, result);
  });
}

test('golden pairs exist for every reason of the table', () => {
  const seen = new Set<string>();
  for (const name of cases) {
    const output = parseYaml(readFileSync(join(root, `${name}.out.yaml`), 'utf8')) as Rendered;
    for (const { errors, warnings } of Object.values(output.status)) {
      for (const text of [...errors, ...warnings]) seen.add(text.slice(0, text.indexOf(':')));
    }
  }
  const missing = Object.keys(REASONS).filter(
    (code) => !seen.has(code) && !(ELSEWHERE as readonly string[]).includes(code),
  );
  assert.deepEqual(missing, []);
});

function compile(name: string): CompileResult {
  let text = readFileSync(join(root, `${name}.in.yaml`), 'utf8');
  for (const [key, value] of made) text = text.replaceAll(key, JSON.stringify(value).replaceAll('$', '$$$$'));
  const documents = parse(text) as readonly { readonly kind?: string }[];
  const options = documents.find(({ kind }) => kind === 'CompileOptions');
  const harness = new Harness((options ?? {}) as Partial<CompileOptions>);
  const objects = documents.filter(({ kind }) => kind !== 'CompileOptions');
  return harness.apply(...(objects as KubeObject[]));
}

/** HTTP/1.1, which nearly all speak, is not told. */
function renderUpstream({ name, endpoints, protocol, ...settings }: Upstream): unknown {
  return { name, endpoints, ...(protocol === 'http1' ? {} : { protocol }), ...settings };
}

interface Rendered {
  readonly hosts: unknown;
  readonly status: Record<string, { status: string; errors: string[]; warnings: string[] }>;
  readonly ingressProblems: unknown;
}

function render(result: CompileResult): Rendered {
  const { hosts, upstreams, endpoints } = result.snapshot;
  const status: Rendered['status'] = {};
  for (const [key, { currentStatus, conditions }] of result.statuses) {
    const text = ({ type, reason, message }: { type: string; reason: string; message: string }): string =>
      `${type}/${reason}: ${message}`;
    const [condition] = conditions;
    status[key] = {
      status: currentStatus,
      errors: condition.errors.map(text),
      warnings: condition.warnings.map(text),
    };
  }
  return {
    hosts: Object.fromEntries(
      [...hosts].map(([name, { tls, upgradeFilters, routes }]) => [
        name,
        { tls: renderTls(tls), upgradeFilters, routes: routes.map(renderRoute) },
      ]),
    ),
    upstreams: [...upstreams.values()].map(renderUpstream),
    endpoints: Object.fromEntries(
      [...endpoints.values()].map((set) => [
        set.name,
        set.endpoints.map(({ address, port }) => `${address} ${port}`),
      ]),
    ),
    status,
    ingressProblems: Object.fromEntries(
      [...result.ingressProblems].map(([key, problems]) => [
        key,
        problems.map(({ severity, reason, field, message }) => `${severity} ${reason} ${field}: ${message}`),
      ]),
    ),
  } as Rendered;
}

/** Without the texts that are made anew in each run. */
function renderTls(tls: TlsPolicy | null): unknown {
  if (tls === null) return null;
  const { clients, ...others } = tls;
  if (clients === null) return others;
  const { verify, required, forward } = clients;
  return { ...others, clients: { verify: verify === null ? null : Object.keys(verify), required, forward } };
}

/** One line for the match, so that the order of routes can be read at a glance. */
function renderRoute({ match, origin, plain, secure, action, filters }: Route): unknown {
  const { path, headers, query } = match;
  const text = [`${path.kind} ${path.kind === 'regex' ? path.pattern : path.value}`];
  for (const { name, op, value, negate, ignoreCase, treatMissingAsEmpty } of headers) {
    const flags = [ignoreCase ? 'ignoreCase' : '', treatMissingAsEmpty ? 'treatMissingAsEmpty' : ''];
    text.push(['header', name, negate ? 'not' : '', op, value, ...flags].filter(Boolean).join(' '));
  }
  for (const { name, op, value, ignoreCase } of query) {
    text.push(['query', name, op, value, ignoreCase ? 'ignoreCase' : ''].filter(Boolean).join(' '));
  }
  const from = `${origin.kind} ${origin.namespace}/${origin.name} ${origin.field}`;
  return { match: text.join(', '), from, plain, secure, action, filters };
}

/** The effect that the table declares is the one that the traffic sees. */
function checkReason(title: string, result: CompileResult): void {
  const code = title.replace('.', '/').replace(/\..*$/, '') as ReasonCode;
  const level = title.split('.')[2] ?? 'host';
  const effect = effectOf(code, level as Level);
  assert.ok(effect !== null, `${title} is not in the table`);
  const routes = result.snapshot.hosts.get('www.example.com')?.routes ?? [];
  const statuses = routes.map(({ action }) =>
    action.kind === 'respond' ? action.status : action.kind === 'forward' ? 200 : action.status,
  );
  const expected: Record<Effect, number[]> = {
    'host-off': [503],
    // Each input has a good route beside the bad one.
    'route-503': [200, 503],
    'include-skipped': [200],
    'include-502': [200, 502],
    'service-skipped': [200],
    'not-served': [200],
    reported: [200],
  };
  const matchesNothing = code === 'RouteError/PathMatchConditionsNotValid';
  assert.deepEqual(statuses.toSorted(), matchesNothing ? [200] : expected[effect], title);
  const tls = result.snapshot.hosts.get('www.example.com')?.tls ?? null;
  if (effect === 'host-off') assert.equal(tls, null, title);
}
