import type { Template, TemplatePart } from '../../snapshot/filter.ts';

/** Values of the variables that are replaced while compiling; null where the place has none: they stay literal. */
export interface CompileVariables {
  readonly namespace: string | null;
  readonly serviceName: string | null;
  readonly servicePort: number | null;
}

const DOWNSTREAM = [
  'REMOTE_ADDRESS',
  'REMOTE_ADDRESS_WITHOUT_PORT',
  'LOCAL_ADDRESS',
  'LOCAL_ADDRESS_WITHOUT_PORT',
  'LOCAL_PORT',
  'LOCAL_URI_SAN',
  'PEER_URI_SAN',
  'LOCAL_SUBJECT',
  'PEER_SUBJECT',
  'PEER_ISSUER',
  'TLS_SESSION_ID',
  'TLS_CIPHER',
  'TLS_VERSION',
  'PEER_FINGERPRINT_256',
  'PEER_FINGERPRINT_1',
  'PEER_SERIAL',
  'PEER_CERT',
  'PEER_CERT_V_START',
  'PEER_CERT_V_END',
];

const VARIABLES: ReadonlySet<string> = new Set([
  ...DOWNSTREAM.map((name) => `DOWNSTREAM_${name}`),
  'HOSTNAME',
  'PROTOCOL',
  'UPSTREAM_REMOTE_ADDRESS',
  'RESPONSE_FLAGS',
  'RESPONSE_CODE_DETAILS',
  'TLS_JA3_FINGERPRINT',
  'TLS_JA4_FINGERPRINT',
]);

const REQUEST_HEADER = /^REQ\((:?[A-Za-z0-9_-]+)(?:\?(:?[A-Za-z0-9_-]+))?\)(?::(\d{1,9}))?$/;

/**
 * Reads a header value: a variable between percent signs becomes a part of its own, every other `%` is
 * literal, as in `100%` and `%UNKNOWN%` (httpproxy.md 1.4.6).
 */
export function parseTemplate(value: string, variables: CompileVariables): Template {
  const parts: TemplatePart[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  for (let at = 0; at < value.length; ) {
    const end = value.charAt(at) === '%' ? value.indexOf('%', at + 1) : -1;
    const part = end === -1 ? null : readVariable(value.slice(at + 1, end), variables);
    if (part === null) {
      text += value.charAt(at);
      at += 1;
      continue;
    }
    if (part.kind === 'text') {
      text += part.text;
    } else {
      flush();
      parts.push(part);
    }
    at = end + 1;
  }
  flush();
  return parts;
}

/**
 * Reads a Host rewrite: the form `%REQ(Header-Name)%` alone takes that header's value, any other text is the
 * new host as it stands.
 */
export function parseHostTemplate(value: string): Template {
  const dynamic = /^%REQ\(([A-Za-z0-9-]+)\)%$/.exec(value);
  if (dynamic?.[1] === undefined) return [{ kind: 'text', text: value }];
  return [{ kind: 'request-header', names: [dynamic[1].toLowerCase()], maxLength: 0 }];
}

function readVariable(name: string, variables: CompileVariables): TemplatePart | null {
  if (VARIABLES.has(name)) return { kind: 'variable', name };
  const known = compileTime(name, variables);
  if (known !== null) return { kind: 'text', text: known };
  const match = REQUEST_HEADER.exec(name);
  if (match === null) return null;
  const names = [match[1], match[2]].flatMap((header) =>
    header === undefined ? [] : [header.toLowerCase()],
  );
  return { kind: 'request-header', names, maxLength: Number(match[3] ?? 0) };
}

function compileTime(name: string, variables: CompileVariables): string | null {
  switch (name) {
    case 'CONTOUR_NAMESPACE':
      return variables.namespace;
    case 'CONTOUR_SERVICE_NAME':
      return variables.serviceName;
    case 'CONTOUR_SERVICE_PORT':
      return variables.servicePort === null ? null : String(variables.servicePort);
    default:
      return null;
  }
}
