import { parseTimeout } from './policies/timeout.ts';
import { readCaBundle } from './secret.ts';
import type { View } from './view.ts';

/**
 * Why an ExtensionService cannot be used, or null when it can: missing, or with any error of its own
 * (httpproxy.md 3.2), which costs every user of it.
 */
export function checkExtensionService(view: View, namespace: string, name: string): string | null {
  const where = `ExtensionService ${namespace}/${name}`;
  const object = view.get('ExtensionService', namespace, name);
  if (object === undefined) return `${where} does not exist`;
  const { services = [], protocol = 'h2', validation, timeoutPolicy } = object.spec ?? {};
  if (services.length === 0) return `${where} has no services`;
  for (const { name: service, port } of services) {
    const target = view.get('Service', namespace, service);
    if (target?.spec?.type === 'ExternalName') {
      return `${where}: Service ${namespace}/${service} is of type ExternalName`;
    }
    const found = target?.spec?.ports?.some(
      (candidate) => candidate.port === port && (candidate.protocol ?? 'TCP') === 'TCP',
    );
    if (found !== true) return `${where}: Service ${namespace}/${service} has no TCP port ${port}`;
  }
  for (const timeout of [timeoutPolicy?.response, timeoutPolicy?.idleConnection]) {
    const parsed = parseTimeout(timeout);
    if (!parsed.ok) return `${where}: ${parsed.error}`;
  }
  if (!validation) return null;
  if (protocol !== 'h2') return `${where} has a validation, which works with protocol h2 only`;
  const bundle = readCaBundle(view, validation.caSecret, namespace);
  if (!bundle.ok) return `${where}: ${bundle.error.message}`;
  return validation.subjectName ? null : `${where}: validation.subjectName is empty`;
}
