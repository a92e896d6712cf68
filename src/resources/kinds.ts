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

/** Names one object. `namespace` is empty for cluster-scoped kinds. */
export interface ObjectRef {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}
