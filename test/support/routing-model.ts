/** A path condition as a user writes it in an HTTPProxy. */
export interface ModelPath {
  readonly kind: 'prefix' | 'exact' | 'regex';
  readonly text: string;
}

/** A header condition; no value for presence. */
export interface ModelHeader {
  readonly name: string;
  readonly op: 'present' | 'notpresent' | 'exact' | 'notexact';
  readonly value: string;
}

export interface ModelRoute {
  readonly path: ModelPath;
  readonly headers: readonly ModelHeader[];
}

/** Objects of a cluster: root `i` is named `root<i>`, its include `j` `child<i>-<j>`, Ingress `i` `ingress<i>`. */
export interface ModelObjects {
  readonly roots: readonly {
    readonly fqdn: string;
    readonly routes: readonly ModelRoute[];
    readonly includes: readonly { readonly prefix: string; readonly routes: readonly ModelRoute[] }[];
  }[];
  readonly ingresses: readonly {
    /** Empty for all hosts. */
    readonly host: string;
    readonly paths: readonly {
      readonly text: string;
      readonly type: 'Prefix' | 'Exact' | 'ImplementationSpecific';
    }[];
  }[];
}

export interface ModelRequest {
  readonly host: string;
  readonly path: string;
  /** `name: value`, one each. */
  readonly headers: readonly string[];
}

interface Candidate {
  readonly host: string;
  /** Object and field. */
  readonly token: string;
  readonly kind: 'exact' | 'regex' | 'prefix';
  /** The longer one goes first. */
  readonly text: string;
  readonly matches: (path: string) => boolean;
  readonly headers: readonly ModelHeader[];
}

/**
 * The routes that may answer by the rules that a user knows (httpproxy.md 1.3, 1.4.1, ingress.md 4.1), written
 * down as plainly as can be: of those that hold, the ones before which no other comes by kind of path, length,
 * text and number of header conditions. Which of equals wins is left open.
 */
export function bestRoutes(objects: ModelObjects, request: ModelRequest): readonly string[] {
  const candidates = candidatesOf(objects);
  const host = chooseHost(new Set(candidates.map((each) => each.host)), request.host);
  const holding = candidates.filter(
    (each) =>
      each.host === host &&
      each.matches(request.path) &&
      each.headers.every((header) => holds(header, request.headers)),
  );
  const [first] = holding.toSorted(compare);
  return first === undefined
    ? []
    : holding.filter((each) => compare(first, each) === 0).map(({ token }) => token);
}

const KINDS = ['exact', 'regex', 'prefix'];

/** Below 0: `a` is tried before `b`. */
function compare(a: Candidate, b: Candidate): number {
  return (
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    b.text.length - a.text.length ||
    (a.text === b.text ? 0 : a.text > b.text ? -1 : 1) ||
    b.headers.length - a.headers.length
  );
}

function candidatesOf({ roots, ingresses }: ModelObjects): readonly Candidate[] {
  const ofRoots = roots.flatMap(({ fqdn, routes, includes }, i) => [
    ...routes.map((route, k) => proxyCandidate(fqdn, '', route, `root${i} spec.routes[${k}]`)),
    ...includes.flatMap((include, j) =>
      include.routes.map((route, k) =>
        proxyCandidate(fqdn, include.prefix, route, `child${i}-${j} spec.routes[${k}]`),
      ),
    ),
  ]);
  const ofIngresses = ingresses.flatMap(({ host, paths }, i) =>
    paths.map(({ text, type }, j): Candidate => {
      const token = `ingress${i} spec.rules[0].http.paths[${j}]`;
      const common = { host: host || '*', token, headers: [] };
      if (type === 'Exact') return { ...common, kind: 'exact', text, matches: (path) => path === text };
      if (type === 'ImplementationSpecific' && text.includes('[')) {
        return { ...common, kind: 'regex', text, matches: whole(text) };
      }
      if (type === 'ImplementationSpecific') {
        return { ...common, kind: 'prefix', text, matches: (path) => path.startsWith(text) };
      }
      const trimmed = text.replace(/\/$/, '');
      const matches = (path: string) => path === trimmed || path.startsWith(`${trimmed}/`);
      return { ...common, kind: 'prefix', text: trimmed || '/', matches };
    }),
  );
  return [...ofRoots, ...ofIngresses];
}

function proxyCandidate(
  host: string,
  above: string,
  { path, headers }: ModelRoute,
  token: string,
): Candidate {
  const common = { host, token, headers, kind: path.kind };
  if (path.kind === 'regex') {
    const prefix = above.replace(/\/$/, '');
    // With a prefix above, the pattern stands in a group.
    const text = prefix === '' ? path.text : `${prefix}(?:${path.text})`;
    return { ...common, text, matches: whole(text) };
  }
  const text = (above + path.text).replace(/\/+/g, '/');
  return {
    ...common,
    text,
    matches: path.kind === 'exact' ? (asked) => asked === text : (asked) => asked.startsWith(text),
  };
}

function whole(pattern: string): (path: string) => boolean {
  const regex = new RegExp(`^(?:${pattern})$`);
  return (path) => regex.test(path);
}

/** The name, the longest wildcard above it if it covers just one label, the catch-all; else none. */
function chooseHost(hosts: ReadonlySet<string>, asked: string): string | null {
  const name = asked.toLowerCase().replace(/:\d+$/, '');
  if (hosts.has(name)) return name;
  const wildcards = [...hosts].filter((host) => host.startsWith('*.') && name.endsWith(host.slice(1)));
  const longest = wildcards.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return hosts.has('*') ? '*' : null;
  return name.slice(0, -(longest.length - 1)).includes('.') ? null : longest;
}

function holds({ name, op, value }: ModelHeader, headers: readonly string[]): boolean {
  const found = headers.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  switch (op) {
    case 'present':
      return found !== undefined;
    case 'notpresent':
      return found === undefined;
    case 'exact':
      return found === value;
    case 'notexact':
      return found !== undefined && found !== value;
  }
}
