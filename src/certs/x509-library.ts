/** What `tsyringe`, inside `@peculiar/x509`, asks of the decorator metadata proposal. */
interface ReflectMetadata {
  getMetadata?(key: string, target: object): unknown;
  getOwnMetadata?(key: string, target: object): unknown;
  defineMetadata?(key: string, value: unknown, target: object): void;
}

/**
 * Loads `@peculiar/x509`. Its dependency container refuses to load without a `reflect-metadata` polyfill and
 * then never uses it for the classes of this library: metadata that is always absent is enough.
 */
export function loadX509Library(): Promise<typeof import('@peculiar/x509')> {
  const reflect: ReflectMetadata = Reflect as ReflectMetadata;
  reflect.getMetadata ??= () => undefined;
  reflect.getOwnMetadata ??= () => undefined;
  reflect.defineMetadata ??= () => {};
  return import('@peculiar/x509');
}
