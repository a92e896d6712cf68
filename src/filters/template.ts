import { getHeader } from '../lib/header-list.ts';
import { wireText } from '../lib/wire-text.ts';
import type { Template, TemplatePart } from '../snapshot/filter.ts';
import type { FilterContext } from './filter.ts';

/** A text with variables, ready to be evaluated for each request. All texts are latin1. */
export interface LiveTemplate {
  /** The text when it has no variables, else null. */
  readonly constant: string | null;
  readonly evaluate: (context: FilterContext) => string;
}

type Source = (context: FilterContext) => string;

/**
 * Compiles a template (httpproxy.md 1.4.6). A variable that has no value for a request, or that this
 * gateway does not know, gives an empty text. Line breaks and NUL never come out (RFC 9110 §5.5).
 *
 * @param hostname What `%HOSTNAME%` says.
 */
export function compileTemplate(template: Template, hostname: string): LiveTemplate {
  const parts = template.map((part) => compilePart(part, hostname));
  if (parts.every((part) => typeof part === 'string')) {
    const constant = withoutBreaks(parts.join(''));
    return { constant, evaluate: () => constant };
  }
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'function') {
    return { constant: null, evaluate: (context) => withoutBreaks(only(context)) };
  }
  return {
    constant: null,
    evaluate: (context) => {
      let text = '';
      for (const part of parts) text += typeof part === 'string' ? part : part(context);
      return withoutBreaks(text);
    },
  };
}

/** The text without CR, LF and NUL, which would end or corrupt a field. */
export function withoutBreaks(text: string): string {
  return text.replace(/[\r\n\0]/g, '');
}

function compilePart(part: TemplatePart, hostname: string): string | Source {
  switch (part.kind) {
    case 'text':
      return wireText(part.text);
    case 'request-header': {
      const { names, maxLength } = part;
      return (context) => {
        const value = firstRequestHeader(context, names);
        return maxLength > 0 ? value.slice(0, maxLength) : value;
      };
    }
    case 'variable':
      if (part.name === 'HOSTNAME') return wireText(hostname);
      return VARIABLES.get(part.name) ?? '';
    default:
      return part satisfies never;
  }
}

function firstRequestHeader(context: FilterContext, names: readonly string[]): string {
  for (let i = 0; i < names.length; i++) {
    const value = requestField(context, names[i] as string);
    if (value !== undefined) return value;
  }
  return '';
}

function requestField(context: FilterContext, name: string): string | undefined {
  switch (name) {
    case ':method':
      return context.method;
    case ':path':
      return context.path + context.query;
    case ':authority':
    case 'host':
      return context.authority;
    case ':scheme':
      return context.client.secure ? 'https' : 'http';
    default:
      return getHeader(context.requestHeaders, name);
  }
}

/** Those that a request can know here; peers' certificates, fingerprints and code details are not among them. */
const VARIABLES: ReadonlyMap<string, Source> = new Map<string, Source>([
  ['DOWNSTREAM_REMOTE_ADDRESS', ({ client }) => addressAndPort(client.address, client.port)],
  ['DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT', ({ client }) => client.address],
  ['DOWNSTREAM_LOCAL_ADDRESS', ({ client }) => addressAndPort(client.localAddress, client.localPort)],
  ['DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT', ({ client }) => client.localAddress],
  ['DOWNSTREAM_LOCAL_PORT', ({ client }) => `${client.localPort}`],
  ['DOWNSTREAM_TLS_SESSION_ID', ({ client }) => client.tlsSessionId],
  ['DOWNSTREAM_TLS_CIPHER', ({ client }) => client.tlsCipher],
  ['DOWNSTREAM_TLS_VERSION', ({ client }) => client.tlsVersion],
  ['PROTOCOL', (context) => context.protocol],
  ['UPSTREAM_REMOTE_ADDRESS', (context) => context.upstreamAddress],
  // Without flags Envoy's users know a dash.
  ['RESPONSE_FLAGS', (context) => (context.responseFlags === '' ? '-' : context.responseFlags)],
]);

function addressAndPort(address: string, port: number): string {
  if (address === '') return '';
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
