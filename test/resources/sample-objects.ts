import type { KubeObject } from '../../src/resources/kinds.ts';
import { createValidator, type Validator } from '../../src/resources/validate.ts';

/** Compiled once for all tests of a file. */
export const validator: Validator = createValidator();

/** An accepted object; fails the test when it is not. */
export function accept(object: unknown): KubeObject {
  const result = validator.validate(object);
  if (result.verdict !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(result)}`);
  return result.object;
}

/** The texts of a refusal; fails the test when the object is not refused. */
export function refusals(object: unknown): readonly string[] {
  const result = validator.validate(object);
  if (result.verdict !== 'refused') throw new Error(`not refused: ${JSON.stringify(result)}`);
  return result.errors.map(({ message }) => message);
}

/** A root HTTPProxy in namespace `default`. */
export function proxy(name: string, spec: object = {}): Record<string, unknown> {
  const virtualhost = { fqdn: `${name}.example.com` };
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name },
    spec: { virtualhost, ...spec },
  };
}

/** The same as text. */
export function proxyYaml(name: string, prefix = '/'): string {
  return `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata:
  name: ${name}
spec:
  virtualhost:
    fqdn: ${name}.example.com
  routes:
    - conditions:
        - prefix: ${prefix}
      services:
        - name: web
          port: 80
`;
}
