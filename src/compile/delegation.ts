import type { Kinds } from '../resources/kinds.ts';
import type { DetailedCondition, SubCondition } from '../resources/types.generated.ts';
import type { View } from './view.ts';

/** Who asks for which Secret. */
export interface DelegationQuestion {
  readonly secretNamespace: string;
  readonly secretName: string;
  readonly toNamespace: string;
}

/**
 * Whether an object of `toNamespace` may use the Secret: its own namespace always may, another one when a
 * TLSCertificateDelegation beside the Secret lists it, or lists `*` and nothing else (httpproxy.md 3.1).
 */
export function isDelegated(view: View, question: DelegationQuestion): boolean {
  const { secretNamespace, secretName, toNamespace } = question;
  if (secretNamespace === toNamespace) return true;
  return view
    .list('TLSCertificateDelegation', secretNamespace)
    .some((object) =>
      (object.spec?.delegations ?? []).some(
        (delegation) =>
          delegation.secretName === secretName && isTarget(delegation.targetNamespaces ?? [], toNamespace),
      ),
    );
}

/** A condition without its time, which the status writer knows. */
export type DelegationCondition = Omit<DetailedCondition, 'lastTransitionTime'>;

/**
 * The status conditions of a delegation (httpproxy.md ⚠42). A `*` beside other names is no wildcard and gets a
 * warning (⚠19).
 */
export function delegationConditions(object: Kinds['TLSCertificateDelegation']): DelegationCondition[] {
  const errors: SubCondition[] = [];
  const warnings: SubCondition[] = [];
  const delegations = object.spec?.delegations ?? [];
  if (delegations.length === 0) {
    errors.push(nothingDefined('spec.delegations: at least one is needed'));
  }
  for (const [index, { secretName, targetNamespaces = [] }] of delegations.entries()) {
    const field = `spec.delegations[${index}]`;
    if (!secretName) errors.push(nothingDefined(`${field}.secretName: a name is needed`));
    if (targetNamespaces.length === 0) {
      errors.push(nothingDefined(`${field}.targetNamespaces: at least one namespace, or "*", is needed`));
    } else if (targetNamespaces.length > 1 && targetNamespaces.includes('*')) {
      warnings.push({
        type: 'SpecError',
        status: 'True',
        reason: 'IgnoredField',
        message: `${field}.targetNamespaces: "*" counts only alone; remove it or the other names`,
      });
    }
  }
  const failed = errors.length > 0;
  return [
    {
      type: 'Valid',
      status: failed ? 'False' : 'True',
      reason: failed ? 'ErrorPresent' : 'Valid',
      message: failed
        ? 'At least one error present, see Errors for details'
        : 'Valid TLSCertificateDelegation',
      observedGeneration: object.metadata?.generation ?? 0,
      errors,
      warnings,
    },
  ];
}

function isTarget(namespaces: readonly string[], wanted: string): boolean {
  return namespaces.length === 1 && namespaces[0] === '*' ? true : namespaces.includes(wanted);
}

function nothingDefined(message: string): SubCondition {
  return { type: 'SpecError', status: 'True', reason: 'NothingDefined', message };
}
