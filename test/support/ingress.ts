/** What a test says of an Ingress beside its rules. */
export interface IngressOptions {
  readonly annotations?: Readonly<Record<string, string>>;
  /** Year of its `creationTimestamp`. */
  readonly born?: number;
  /** Further lines of `spec`, indented by two. */
  readonly spec?: string;
  readonly namespace?: string;
}

/** A path of a rule: `[path, Service]`, or with a `pathType`, an empty one for none. */
export type IngressPath = readonly [path: string, service: string, pathType?: string];

/** The manifest of an Ingress; paths by host, an empty host for all. */
export function ingress(
  name: string,
  rules: Readonly<Record<string, readonly IngressPath[]>>,
  { annotations = {}, born, spec = '', namespace = 'default' }: IngressOptions = {},
): string {
  const age = born === undefined ? '' : `, creationTimestamp: "${born}-01-01T00:00:00Z"`;
  const list = Object.entries(rules).map(([host, paths]) => {
    const items = paths.map(([path, service, pathType = 'Prefix']) => {
      const type = pathType === '' ? '' : `pathType: ${pathType}, `;
      return `          - {path: ${JSON.stringify(path)}, ${type}backend: {service: {name: ${service}, port: {number: 80}}}}`;
    });
    return `    - ${host === '' ? '' : `host: ${JSON.stringify(host)}\n      `}http:\n        paths:\n${items.join('\n')}`;
  });
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}, namespace: ${namespace}, annotations: ${JSON.stringify(annotations)}${age}}
spec:
${spec}
${list.length === 0 ? '' : `  rules:\n${list.join('\n')}`}
`;
}
