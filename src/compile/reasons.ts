/**
 * What a sub-condition does to the traffic (httpproxy.md 2.2).
 *
 * - `host-off` (H): the host answers 503, its TLS handshakes are refused.
 * - `route-503` (R): that route keeps its match and answers 503.
 * - `include-skipped` (I): that include contributes nothing.
 * - `include-502`: the include's conditions answer 502.
 * - `service-skipped` (S): that service gets no requests; 503 when none is left.
 * - `not-served` (N): the object claims nothing; its host is what others make of it.
 * - `reported` (–): nothing.
 */
export type Effect =
  | 'host-off'
  | 'route-503'
  | 'include-skipped'
  | 'include-502'
  | 'service-skipped'
  | 'not-served'
  | 'reported';

/** What a place in an object belongs to; some reasons do more at a host than at a route. */
export type Level = 'host' | 'route' | 'include' | 'tcpproxy';

type EffectByLevel = Effect | Readonly<Partial<Record<Level, Effect>>>;

/** Every sub-condition, `type/reason`, with its effect: the one table that says what a mistake costs. */
export const REASONS = {
  'VirtualHostError/FQDNNotSpecified': 'not-served',
  'VirtualHostError/DuplicateVhost': 'not-served',
  'VirtualHostError/RateLimitPolicyNotValid': 'host-off',
  'RootNamespaceError/RootProxyNotAllowedInNamespace': 'not-served',

  'SpecError/NothingDefined': 'host-off',
  'SpecError/IgnoredField': 'reported',
  /** A bug of the gateway's own. */
  'SpecError/InternalError': 'host-off',

  'TLSError/TLSConfigNotValid': 'host-off',
  'TLSError/TLSIncompatibleFeatures': 'host-off',
  'TLSError/DelegationNotPermitted': 'host-off',
  'TLSError/SecretNotValid': 'host-off',
  'TLSError/FallbackNotPresent': 'host-off',
  'TLSError/FallbackNotDelegated': 'host-off',
  'TLSError/FallbackNotValid': 'host-off',
  'TLSError/ClientValidationInvalid': 'host-off',
  'TLSError/CACertificateNotDelegated': { route: 'route-503', tcpproxy: 'host-off' },

  'AuthError/AuthNotPermitted': 'host-off',
  'AuthError/AuthBadResourceVersion': 'host-off',
  'AuthError/ExtensionServiceNotFound': 'host-off',
  'AuthError/AuthResponseTimeoutInvalid': 'host-off',
  'AuthError/AuthContextForHTTP': 'host-off',
  'AuthError/AuthBadAllowedHeader': 'host-off',

  'JWTVerificationError/JWTVerificationNotPermitted': 'host-off',
  'JWTVerificationError/DuplicateProviderName': 'host-off',
  'JWTVerificationError/MultipleDefaultProvidersSpecified': 'host-off',
  'JWTVerificationError/JWKSSourceConflict': 'host-off',
  'JWTVerificationError/JWKSSourceMissing': 'host-off',
  'JWTVerificationError/LocalJWKSInvalid': 'host-off',
  'JWTVerificationError/RemoteJWKSURIInvalid': 'host-off',
  'JWTVerificationError/RemoteJWKSSchemeInvalid': 'host-off',
  'JWTVerificationError/RemoteJWKSPortInvalid': 'host-off',
  'JWTVerificationError/RemoteJWKSTimeoutInvalid': 'host-off',
  'JWTVerificationError/RemoteJWKSCacheDurationInvalid': 'host-off',
  'JWTVerificationError/RemoteJWKSDNSLookupFamilyInvalid': 'host-off',
  'JWTVerificationError/RemoteJWKSUpstreamValidationInvalid': 'host-off',
  'JWTVerificationError/RemoteJWKSCACertificateNotDelegated': 'host-off',
  'JWTVerificationError/JWTProviderNotDefined': 'route-503',
  'JWTVerificationError/InvalidJWTVerificationPolicy': 'route-503',

  'CORSError/PolicyDidNotParse': { host: 'host-off', route: 'route-503' },

  'IPFilterError/IncompatibleIPAddressFilters': { host: 'host-off', route: 'route-503' },
  'IPFilterError/InvalidCIDR': { host: 'host-off', route: 'route-503' },
  'IPFilterError/IPFilterPolicyNotValid': 'host-off',

  'IncludeError/PathMatchConditionsNotValid': 'include-skipped',
  'IncludeError/DuplicateMatchConditions': 'include-skipped',
  'IncludeError/IncludeNotFound': 'include-502',
  'IncludeError/RootIncludesRoot': 'include-502',
  'IncludeError/IncludeCreatesCycle': 'include-skipped',
  'IncludeError/TooManyIncludes': 'include-skipped',

  'RouteError/RouteActionCountNotValid': 'route-503',
  'RouteError/PathMatchConditionsNotValid': 'route-503',
  'RouteError/HeaderMatchConditionsNotValid': { route: 'route-503', include: 'include-skipped' },
  'RouteError/QueryParameterMatchConditionsNotValid': { route: 'route-503', include: 'include-skipped' },
  'RouteError/RequestHeadersPolicyInvalid': 'route-503',
  'RouteError/ResponseHeaderPolicyInvalid': 'route-503',
  'RouteError/CookieRewritePoliciesInvalid': 'route-503',
  'RouteError/TimeoutPolicyNotValid': 'route-503',
  'RouteError/RateLimitPolicyNotValid': 'route-503',
  'RouteError/HealthCheckPolicyInvalid': 'route-503',
  'RouteError/RequestRedirectPolicy': 'route-503',

  'PrefixReplaceError/MustHavePrefix': 'route-503',
  'PrefixReplaceError/DuplicateReplacement': 'route-503',
  'PrefixReplaceError/AmbiguousReplacement': 'route-503',

  'ServiceError/ServiceUnresolvedReference': 'service-skipped',
  'ServiceError/ServicePortInvalid': { route: 'route-503', tcpproxy: 'host-off' },
  'ServiceError/UnsupportedProtocol': { route: 'route-503', tcpproxy: 'host-off' },
  'ServiceError/TLSUpstreamValidation': { route: 'route-503', tcpproxy: 'host-off' },
  'ServiceError/SlowStartInvalid': 'route-503',
  'ServiceError/OnlyOneMirror': 'route-503',
  'ServiceError/RequestHeadersPolicyInvalid': 'route-503',
  'ServiceError/ResponseHeadersPolicyInvalid': 'route-503',

  'TCPProxyError/TLSMustBeConfigured': 'host-off',
  'TCPProxyError/NoServicesAndInclude': 'host-off',
  'TCPProxyError/NothingDefined': 'host-off',
  'TCPProxyError/ServiceUnresolvedReference': 'host-off',
  'TCPProxyError/IgnoredField': 'reported',
  'TCPProxyIncludeError/IncludeNotFound': 'host-off',
  'TCPProxyIncludeError/RootIncludesRoot': 'host-off',
  'TCPProxyIncludeError/IncludeCreatesCycle': 'host-off',

  'Orphaned/Orphaned': 'not-served',
} as const satisfies Readonly<Record<string, EffectByLevel>>;

/** `type/reason` of a sub-condition. */
export type ReasonCode = keyof typeof REASONS;

/** What `code` costs when it is found at a place of this level; null where it cannot be found there. */
export function effectOf(code: ReasonCode, level: Level): Effect | null {
  const effect: EffectByLevel = REASONS[code];
  return typeof effect === 'string' ? effect : (effect[level] ?? null);
}

/** Narrows a `type` and `reason` that came as texts; null when the table does not have them. */
export function reasonCode(type: string, reason: string): ReasonCode | null {
  const code = `${type}/${reason}`;
  return Object.hasOwn(REASONS, code) ? (code as ReasonCode) : null;
}
