import type { TestContext } from 'node:test';
import { httpProxy, type TestGateway } from './gateway.ts';
import { fixedUpstream, RawClient, type RawServer } from './raw.ts';

/** One request of a feature test. */
export interface Question {
  readonly method?: string;
  readonly host: string;
  /** With its query. */
  readonly path?: string;
  /** Header lines, `name: value`. */
  readonly headers?: readonly string[];
}

/** What the gateway answered. */
export interface Reply {
  readonly status: number;
  /** By lower-case name; repeats joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Name of the `echoUpstream` that answered, or empty: the gateway itself. */
  readonly from: string;
  /** The request head that the upstream read. */
  readonly forwarded: string;
}

/** Asks on a connection of its own, which the gateway ends after the answer. */
export async function ask(context: TestContext, port: number, question: Question): Promise<Reply> {
  const client = await RawClient.connect(context, port);
  client.send(requestText(question, 'connection: close\r\n'));
  const text = await client.untilEnd();
  client.socket.destroy();
  return parseReply(text);
}

/** The bytes of a question. @param extra Header lines with their ends. */
export function requestText(
  { method = 'GET', host, path = '/', headers = [] }: Question,
  extra = '',
): string {
  const lines = headers.map((line) => `${line}\r\n`).join('');
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines}${extra}\r\n`;
}

/** Reads one answer whose body reaches to the end of the text. */
export function parseReply(text: string): Reply {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  const body = text.slice(end + 4);
  const echoed = /^<([^>]+)>\n([\s\S]*)$/.exec(body);
  return {
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers,
    body,
    from: echoed?.[1] ?? '',
    forwarded: echoed?.[2] ?? '',
  };
}

/** An upstream whose answer tells its name and the request head that it read; `ask` takes them apart. */
export async function echoUpstream(
  context: TestContext,
  name: string,
  headers = '',
): Promise<RawServer & { readonly heads: string[] }> {
  return fixedUpstream(context, (head) => {
    const body = `<${name}>\n${head}`;
    return `HTTP/1.1 200 OK\r\ncontent-type: text/x-echo\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
  });
}

/** An HTTPProxy in `default` that is a root; `rest` continues its `spec`, in YAML. */
export function rootProxy(name: string, fqdn: string, rest: string): string {
  return httpProxy(name, `  virtualhost: {fqdn: "${fqdn}"}\n${rest}`);
}

/** Status of an object as the admin address shows it. */
export async function statusOf(
  gateway: TestGateway,
  name: string,
  namespace = 'default',
): Promise<ObjectStatus> {
  const path = `/apis/projectcontour.io/v1/namespaces/${namespace}/httpproxies/${name}`;
  const response = await fetch(`${gateway.adminUrl}${path}`);
  const object = (await response.json()) as { readonly status?: RawStatus };
  const condition = object.status?.conditions?.[0];
  const texts = (list: readonly SubCondition[] = []) => list.map(({ type, reason }) => `${type}/${reason}`);
  return {
    current: object.status?.currentStatus ?? '',
    errors: texts(condition?.errors),
    warnings: texts(condition?.warnings),
    messages: [...(condition?.errors ?? []), ...(condition?.warnings ?? [])].map(({ message }) => message),
  };
}

/** What a test looks at of an HTTPProxy's status. */
export interface ObjectStatus {
  readonly current: string;
  /** `type/reason`, in order. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly messages: readonly string[];
}

interface SubCondition {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

interface RawStatus {
  readonly currentStatus?: string;
  readonly conditions?: readonly {
    readonly errors?: readonly SubCondition[];
    readonly warnings?: readonly SubCondition[];
  }[];
}
