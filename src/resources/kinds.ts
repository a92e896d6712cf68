import type { ConfigMap, Namespace, Secret, Service } from 'kubernetes-types/core/v1.d.ts';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.d.ts';
import type { Ingress, IngressClass } from 'kubernetes-types/networking/v1.d.ts';
import type { ExtensionService, HTTPProxy, TLSCertificateDelegation } from './types.generated.ts';

/** The kinds of objects that the gateway reads, by their Kubernetes name. */
export interface Kinds {
  HTTPProxy: HTTPProxy;
  TLSCertificateDelegation: TLSCertificateDelegation;
  ExtensionService: ExtensionService;
  Ingress: Ingress;
  IngressClass: IngressClass;
  Service: Service;
  EndpointSlice: EndpointSlice;
  Secret: Secret;
  Namespace: Namespace;
  ConfigMap: ConfigMap;
}

export type Kind = keyof Kinds;

/** An object of any of the kinds. Objects are read-only from the moment they are validated. */
export type KubeObject = Kinds[Kind];

/** Names one object. `namespace` is empty for cluster-scoped kinds. */
export interface ObjectRef {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

/** What the API server knows of each kind: its group and version, and whether it lives in a namespace. */
export const KIND_FACTS: Readonly<
  Record<Kind, { readonly apiVersion: string; readonly namespaced: boolean }>
> = {
  HTTPProxy: { apiVersion: 'projectcontour.io/v1', namespaced: true },
  TLSCertificateDelegation: { apiVersion: 'projectcontour.io/v1', namespaced: true },
  ExtensionService: { apiVersion: 'projectcontour.io/v1alpha1', namespaced: true },
  Ingress: { apiVersion: 'networking.k8s.io/v1', namespaced: true },
  IngressClass: { apiVersion: 'networking.k8s.io/v1', namespaced: false },
  Service: { apiVersion: 'v1', namespaced: true },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', namespaced: true },
  Secret: { apiVersion: 'v1', namespaced: true },
  Namespace: { apiVersion: 'v1', namespaced: false },
  ConfigMap: { apiVersion: 'v1', namespaced: true },
};

/** Whether a text is the name of a kind that the gateway reads. */
export function isKind(text: string): text is Kind {
  return Object.hasOwn(KIND_FACTS, text);
}

/** The name of a validated object. */
export function refOf(object: KubeObject): ObjectRef {
  const { namespace, name } = object.metadata ?? {};
  return { kind: object.kind as Kind, namespace: namespace ?? '', name: name ?? '' };
}

/** One text for each object, `kind/namespace/name`; names hold no slash. */
export function keyOf(ref: ObjectRef): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** For people: `HTTPProxy default/web`, `Namespace team-a`. */
export function describeRef(ref: ObjectRef): string {
  return ref.namespace === '' ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}
