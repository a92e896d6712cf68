// Written by scripts/generate-types.ts from crds/; do not edit.
import type { ObjectMeta } from 'kubernetes-types/meta/v1.d.ts';

/** A service that helps the gateway itself, as an authorizer. */
export interface ExtensionService {
  /** The API group and version, projectcontour.io/v1alpha1. */
  readonly apiVersion: "projectcontour.io/v1alpha1";
  /** ExtensionService. */
  readonly kind: "ExtensionService";
  readonly metadata: ObjectMeta;
  /** What the user wants. */
  readonly spec: ExtensionServiceSpec;
  /** What became of it; written by the gateway. */
  readonly status?: ExtensionServiceStatus;
}

/** What the user wants. */
export interface ExtensionServiceSpec {
  /** Services that answer, by weight. They must all be found. */
  readonly services: readonly ExtensionServiceTarget[];
  /** How the service is spoken to; default `h2`, which is HTTP/2 over TLS. */
  readonly protocol?: "h2" | "h2c" | "http/1.1";
  /** Version of the messages. */
  readonly protocolVersion?: "v3";
  /** How the server's certificate is verified. Without it the connection is encrypted, but the server may be anyone. */
  readonly validation?: UpstreamValidation;
  /** How an endpoint of a service is chosen. */
  readonly loadBalancerPolicy?: LoadBalancerPolicy;
  /** How long things may take, as `500ms` or `1h30m`; `infinity` for no limit; a zero with a unit is the default. */
  readonly timeoutPolicy?: TimeoutPolicy;
  /** How much may be under way at the same time; each field comes in place of the gateway's own limit. */
  readonly circuitBreakerPolicy?: CircuitBreakers;
}

/** A port of a Service in the namespace of this object; not of type ExternalName. */
export interface ExtensionServiceTarget {
  /** Name of the Service. */
  readonly name: string;
  /** Number of one of its TCP ports. */
  readonly port: number;
  /** Share of the requests, in proportion to the sum of all weights; if none has one, all get the same. */
  readonly weight?: number;
}

/** How the server's certificate is verified. Without it the connection is encrypted, but the server may be anyone. */
export interface UpstreamValidation {
  /** Secret with the trusted authorities in `ca.crt`, as `name` or `namespace/name`; one in another namespace needs a TLSCertificateDelegation there. */
  readonly caSecret: string;
  /** DNS name that the server's certificate must carry. With `subjectNames`, the first of them. */
  readonly subjectName: string;
  /** DNS names of which the server's certificate must carry one. */
  readonly subjectNames?: readonly string[];
}

/** How an endpoint of a service is chosen. */
export interface LoadBalancerPolicy {
  /** `RoundRobin` (default, also for an unknown text), `Random`, `WeightedLeastRequest`, `Cookie` (a session stays at its endpoint), or `RequestHash`. */
  readonly strategy?: string;
  /** What is hashed by `RequestHash`. Nothing there chooses at random. */
  readonly requestHashPolicies?: readonly RequestHashPolicy[];
}

/** One attribute of the request, exactly one of `headerHashOptions`, `queryParameterHashOptions` and `hashSourceIP`. */
export interface RequestHashPolicy {
  /** Leaves out the attributes after this one if this one is there. */
  readonly terminal?: boolean;
  /** The value of a header. */
  readonly headerHashOptions?: HeaderHashOptions;
  /** The value of a query parameter. */
  readonly queryParameterHashOptions?: QueryParameterHashOptions;
  /** The client's address. */
  readonly hashSourceIP?: boolean;
}

/** The value of a header. */
export interface HeaderHashOptions {
  /** Name of the header. */
  readonly headerName?: string;
}

/** The value of a query parameter. */
export interface QueryParameterHashOptions {
  /** Name of the parameter, in exactly this letter case. */
  readonly parameterName?: string;
}

/** How long things may take, as `500ms` or `1h30m`; `infinity` for no limit; a zero with a unit is the default. */
export interface TimeoutPolicy {
  /** From the end of the request to the end of the answer; default 15s, then 504. */
  readonly response?: string;
  /** Between two bytes of an exchange, either way; default 5m. */
  readonly idle?: string;
  /** How long an unused connection to a service is kept; default 4s. */
  readonly idleConnection?: string;
}

/** How much may be under way at the same time; each field comes in place of the gateway's own limit. */
export interface CircuitBreakers {
  /** Connections. */
  readonly maxConnections?: number;
  /** Requests that wait for a connection. */
  readonly maxPendingRequests?: number;
  /** Requests at the same time. */
  readonly maxRequests?: number;
  /** Retries at the same time. */
  readonly maxRetries?: number;
  /** Connections to each endpoint. */
  readonly perHostMaxConnections?: number;
}

/** What became of it; written by the gateway. */
export interface ExtensionServiceStatus {
  /** One condition of type `Valid`, with every error and warning. */
  readonly conditions?: readonly DetailedCondition[];
}

/** A condition with the errors and warnings behind it. */
export interface DetailedCondition {
  /** Type of the condition. */
  readonly type: string;
  /** Whether it holds. */
  readonly status: "True" | "False" | "Unknown";
  /** Why, as one word for programs. */
  readonly reason: string;
  /** Why, for people. */
  readonly message: string;
  /** The generation of the object that this says something about. */
  readonly observedGeneration?: number;
  /** When the status last changed. */
  readonly lastTransitionTime: string;
  /** Mistakes; each takes something out of service. */
  readonly errors?: readonly SubCondition[];
  /** Things that are not as written but take nothing out of service. */
  readonly warnings?: readonly SubCondition[];
}

/** One error or warning. */
export interface SubCondition {
  /** What kind of mistake, as `RouteError`. */
  readonly type: string;
  /** Always `True`. */
  readonly status: "True" | "False" | "Unknown";
  /** Which mistake, as one word for programs. */
  readonly reason: string;
  /** Which field, which value, and the way out. */
  readonly message: string;
}

/** Routes of one host, or a part of them that other HTTPProxies include. */
export interface HTTPProxy {
  /** The API group and version, projectcontour.io/v1. */
  readonly apiVersion: "projectcontour.io/v1";
  /** HTTPProxy. */
  readonly kind: "HTTPProxy";
  readonly metadata: ObjectMeta;
  /** What the user wants. */
  readonly spec: HTTPProxySpec;
  /** What became of it; written by the gateway. */
  readonly status?: HTTPProxyStatus;
}

/** What the user wants. */
export interface HTTPProxySpec {
  /** Makes the object a root: it serves this host. An object without it is a child and takes effect only where it is included. */
  readonly virtualhost?: VirtualHostSpec;
  /** Where requests go. Exact paths come before regular expressions, these before prefixes, longer before shorter; the order in this list means nothing. */
  readonly routes?: readonly HTTPProxyRoute[];
  /** HTTPProxies whose routes become part of this one, below the conditions given here. They may be in any namespace, but must not be roots. */
  readonly includes?: readonly HTTPProxyInclude[];
  /** Forwards the bytes of TLS connections to the host. Needs `virtualhost.tls`; exactly one of `services` and `include`. Routes beside it are served over plain HTTP. */
  readonly tcpproxy?: TCPProxy;
  /** Which gateway serves this object. The annotations `projectcontour.io/ingress.class` and `kubernetes.io/ingress.class` come before it. */
  readonly ingressClassName?: string;
}

/** Makes the object a root: it serves this host. An object without it is a child and takes effect only where it is included. */
export interface VirtualHostSpec {
  /** Name of the host in lower case, without port; a leading `*.` covers exactly one label. Of several roots with one name the oldest serves it. */
  readonly fqdn: string;
  /** Serves the host over TLS. Plain HTTP then answers with a redirect to https, except on routes with `permitInsecure`. Exactly one of `secretName` and `passthrough` must be given. */
  readonly tls?: VirtualHostTLS;
  /** Asks an external service before each request of the host is forwarded. With `extensionRef` the host must end TLS here. */
  readonly authorization?: AuthorizationServer;
  /** Answers CORS preflights of all routes of the host, before any authorization, and adds the response headers that browsers need. */
  readonly corsPolicy?: CORSPolicy;
  /** How many requests are let through. On a route it comes in place of the host's. */
  readonly rateLimitPolicy?: RateLimitPolicy;
  /** Who may issue the tokens of requests. The host must have `tls.secretName`. */
  readonly jwtProviders?: readonly JWTProvider[];
  /** Only clients of one of these ranges are served; others get 403. Not together with `ipDenyPolicy`. */
  readonly ipAllowPolicy?: readonly IPFilterPolicy[];
  /** Clients of these ranges get 403. Not together with `ipAllowPolicy`. */
  readonly ipDenyPolicy?: readonly IPFilterPolicy[];
}

/** Serves the host over TLS. Plain HTTP then answers with a redirect to https, except on routes with `permitInsecure`. Exactly one of `secretName` and `passthrough` must be given. */
export interface VirtualHostTLS {
  /** Secret with `tls.crt` and `tls.key`, as `name` or `namespace/name`; one in another namespace needs a TLSCertificateDelegation there. */
  readonly secretName?: string;
  /** Lowest TLS version, `1.2` (default) or `1.3`. The stricter of this and the gateway's own holds. */
  readonly minimumProtocolVersion?: string;
  /** Highest TLS version, `1.2` or `1.3` (default). The stricter of this and the gateway's own holds. */
  readonly maximumProtocolVersion?: string;
  /** Does not end TLS but hands the connection to the services of `tcpproxy`, chosen by the server name of the handshake. */
  readonly passthrough?: boolean;
  /** Serves this host also to clients that send no or an unknown server name, with the gateway's fallback certificate. Not with passthrough, client validation, authorization or JWT. */
  readonly enableFallbackCertificate?: boolean;
  /** Asks clients for a certificate. */
  readonly clientValidation?: ClientValidation;
}

/** Asks clients for a certificate. */
export interface ClientValidation {
  /** Secret with the authorities that sign client certificates in `ca.crt`, as `name` or `namespace/name`. Needed unless `skipClientCertValidation` is set. */
  readonly caSecret?: string;
  /** Accepts any client certificate without verifying it; for services that do so themselves. With `caSecret` there must be one. */
  readonly skipClientCertValidation?: boolean;
  /** Accepts clients without a certificate; one that is presented is verified. */
  readonly optionalClientCertificate?: boolean;
  /** Secret with revocation lists in `crl.pem`, as `name` or `namespace/name`. There must be a list for every authority of the chain. */
  readonly crlSecret?: string;
  /** Looks up only the client's own certificate in the revocation lists. */
  readonly crlOnlyVerifyLeafCert?: boolean;
  /** Tells services about the client certificate in the header `x-forwarded-client-cert`. Its hash is always there; the fields add parts. */
  readonly forwardClientCertificate?: ClientCertificateDetails;
}

/** Tells services about the client certificate in the header `x-forwarded-client-cert`. Its hash is always there; the fields add parts. */
export interface ClientCertificateDetails {
  /** Adds the subject. */
  readonly subject?: boolean;
  /** Adds the certificate, PEM in percent-encoding. */
  readonly cert?: boolean;
  /** Adds the whole chain, PEM in percent-encoding. */
  readonly chain?: boolean;
  /** Adds the DNS names. */
  readonly dns?: boolean;
  /** Adds the URI names. */
  readonly uri?: boolean;
}

/** Asks an external service before each request of the host is forwarded. With `extensionRef` the host must end TLS here. */
export interface AuthorizationServer {
  /** The ExtensionService that decides. Without a name the block only carries `authPolicy`, as to opt out of the gateway's own authorizer. */
  readonly extensionRef?: ExtensionServiceReference;
  /** The protocol that the service speaks, that of Envoy's ext_authz over gRPC, or plain HTTP. Default: "grpc". */
  readonly serviceType?: "http" | "grpc";
  /** How an HTTP authorizer is asked. Any answer but 200 goes to the client. */
  readonly httpSettings?: HTTPAuthorizationServerSettings;
  /** Whether requests are authorized, and what the authorizer is told about the route. */
  readonly authPolicy?: AuthorizationPolicy;
  /** How long to wait for the decision, as `500ms`, or `infinity`. Default is the response timeout of the ExtensionService, else 200ms for gRPC and none for HTTP. */
  readonly responseTimeout?: string;
  /** Lets requests through while the authorizer is away or late; else they are answered with 403. */
  readonly failOpen?: boolean;
  /** Sends the request's body to the authorizer too. */
  readonly withRequestBody?: AuthorizationServerBufferSettings;
}

/** The ExtensionService that decides. Without a name the block only carries `authPolicy`, as to opt out of the gateway's own authorizer. */
export interface ExtensionServiceReference {
  /** projectcontour.io/v1alpha1, which is the default and the only one. */
  readonly apiVersion?: string;
  /** Its namespace; default is that of this object. */
  readonly namespace?: string;
  /** Its name. */
  readonly name?: string;
}

/** How an HTTP authorizer is asked. Any answer but 200 goes to the client. */
export interface HTTPAuthorizationServerSettings {
  /** Put before the path of the request to the authorizer. */
  readonly pathPrefix?: string;
  /** Request headers that the authorizer sees beside Host, Method, Path, Content-Length and Authorization. */
  readonly allowedAuthorizationHeaders?: readonly HTTPAuthorizationAllowedHeader[];
  /** Headers of the authorizer's 200 that are copied onto the request to the service, in place of those that it has. */
  readonly allowedUpstreamHeaders?: readonly HTTPAuthorizationAllowedHeader[];
}

/** Names of headers; exactly one of exact, prefix, suffix and contains. */
export interface HTTPAuthorizationAllowedHeader {
  /** The whole name. */
  readonly exact?: string;
  /** How the name begins. */
  readonly prefix?: string;
  /** How the name ends. */
  readonly suffix?: string;
  /** What stands somewhere in the name. */
  readonly contains?: string;
  /** Takes letters of either case as equal. */
  readonly ignoreCase?: boolean;
}

/** Whether requests are authorized, and what the authorizer is told about the route. */
export interface AuthorizationPolicy {
  /** True lets requests through without asking. A route's own setting comes before the host's, the host's before the gateway's. */
  readonly disabled?: boolean;
  /** Sent with each check (gRPC only). A route's entries are laid over the host's, the host's over the gateway's. */
  readonly context?: { readonly [key: string]: string };
}

/** Sends the request's body to the authorizer too. */
export interface AuthorizationServerBufferSettings {
  /** Bytes of the body that are held and sent. A longer body is answered with 413 unless `allowPartialMessage` is set. Default: 1024. */
  readonly maxRequestBytes?: number;
  /** Sends the first part of a body that is longer. */
  readonly allowPartialMessage?: boolean;
  /** Sends the body as bytes instead of UTF-8 text (gRPC only). */
  readonly packAsBytes?: boolean;
}

/** Answers CORS preflights of all routes of the host, before any authorization, and adds the response headers that browsers need. */
export interface CORSPolicy {
  /** Origins that are allowed, `*` for any, `scheme://host:port` for one, or a regular expression over the whole origin. */
  readonly allowOrigin: readonly string[];
  /** Methods for `access-control-allow-methods`. */
  readonly allowMethods: readonly string[];
  /** Names for `access-control-allow-headers`. */
  readonly allowHeaders?: readonly string[];
  /** Names for `access-control-expose-headers`. */
  readonly exposeHeaders?: readonly string[];
  /** Allows requests with cookies or other credentials. */
  readonly allowCredentials?: boolean;
  /** Allows requests from public to private networks. */
  readonly allowPrivateNetwork?: boolean;
  /** How long a preflight may be cached, as `10m`; `0` forbids it. Without it the header is left out. */
  readonly maxAge?: string;
}

/** How many requests are let through. On a route it comes in place of the host's. */
export interface RateLimitPolicy {
  /** A limit that each gateway pod keeps for itself. */
  readonly local?: LocalRateLimitPolicy;
  /** What the gateway's rate limit service is asked with. Without such a service it does nothing. */
  readonly global?: GlobalRateLimitPolicy;
}

/** A limit that each gateway pod keeps for itself. */
export interface LocalRateLimitPolicy {
  /** Requests that are let through in each unit of time. */
  readonly requests: number;
  /** The unit of time. */
  readonly unit: "second" | "minute" | "hour";
  /** Requests that may come at once in addition. */
  readonly burst?: number;
  /** Status of the answer to a request above the limit; default 429. */
  readonly responseStatusCode?: number;
  /** Headers of the answer to a request above the limit. */
  readonly responseHeadersToAdd?: readonly HeaderValue[];
}

/** A header and its value. */
export interface HeaderValue {
  /** Name of the header. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}

/** What the gateway's rate limit service is asked with. Without such a service it does nothing. */
export interface GlobalRateLimitPolicy {
  /** Leaves out the limits of the host, or on the host those of the gateway. */
  readonly disabled?: boolean;
  /** Descriptors, all of which are sent. They come in place of the host's or the gateway's. */
  readonly descriptors?: readonly RateLimitDescriptor[];
}

/** One descriptor. It is left out when one of its entries has no value for a request. */
export interface RateLimitDescriptor {
  /** Its keys and values, in order. */
  readonly entries: readonly RateLimitDescriptorEntry[];
}

/** A key and a value; exactly one of the fields must be given. */
export interface RateLimitDescriptorEntry {
  /** A fixed value. */
  readonly genericKey?: GenericKeyDescriptor;
  /** The value of a request header. */
  readonly requestHeader?: RequestHeaderDescriptor;
  /** A fixed value under the key `header_match`, if the request's headers match. */
  readonly requestHeaderValueMatch?: RequestHeaderValueMatchDescriptor;
  /** The client's address behind trusted hops, under the key `remote_address`. */
  readonly remoteAddress?: RemoteAddressDescriptor;
}

/** A fixed value. */
export interface GenericKeyDescriptor {
  /** The key; default `generic_key`. */
  readonly key?: string;
  /** The value. */
  readonly value?: string;
}

/** The value of a request header. */
export interface RequestHeaderDescriptor {
  /** Name of the header. */
  readonly headerName?: string;
  /** The key. */
  readonly descriptorKey?: string;
}

/** A fixed value under the key `header_match`, if the request's headers match. */
export interface RequestHeaderValueMatchDescriptor {
  /** Conditions that must all hold. */
  readonly headers?: readonly HeaderMatchCondition[];
  /** False turns the condition round. Default: true. */
  readonly expectMatch?: boolean;
  /** The value. */
  readonly value?: string;
}

/** A condition on one header. Of several operators the first of present, notpresent, contains, notcontains, exact, notexact, regex counts; there must be one. */
export interface HeaderMatchCondition {
  /** Name of the header, in any letter case. `:method` stands for the method. */
  readonly name: string;
  /** The header is there. False is the same as unset. */
  readonly present?: boolean;
  /** The header is not there. False is the same as unset. */
  readonly notpresent?: boolean;
  /** The value contains this text. */
  readonly contains?: string;
  /** The header is there and its value does not contain this text. */
  readonly notcontains?: string;
  /** The value is this text. */
  readonly exact?: string;
  /** The header is there and its value is another text. */
  readonly notexact?: string;
  /** The whole value matches this regular expression in RE2 syntax. */
  readonly regex?: string;
  /** Takes letters of either case as equal; not with regex and present. */
  readonly ignoreCase?: boolean;
  /** Takes a missing header as an empty one; only with notcontains and notexact. */
  readonly treatMissingAsEmpty?: boolean;
}

/** The client's address behind trusted hops, under the key `remote_address`. */
export interface RemoteAddressDescriptor {
}

/** One issuer and its keys. A token comes as `Authorization: Bearer` or in the query parameter `access_token`. Exactly one of `remoteJWKS` and `localJWKS` must be given. */
export interface JWTProvider {
  /** Its name, unique in this list. */
  readonly name: string;
  /** Holds for every route that does not say otherwise; at most one provider may have it. */
  readonly default?: boolean;
  /** What the claim `iss` must be; anything when unset. */
  readonly issuer?: string;
  /** The claim `aud` must contain one of these; anything when unset. */
  readonly audiences?: readonly string[];
  /** Keys that are fetched over HTTP. */
  readonly remoteJWKS?: RemoteJWKS;
  /** Keys in a Secret of the same namespace, read again when it changes. */
  readonly localJWKS?: LocalJWKS;
  /** Leaves the token in the request to the service. */
  readonly forwardJWT?: boolean;
}

/** Keys that are fetched over HTTP. */
export interface RemoteJWKS {
  /** Where the key set is, http or https. */
  readonly uri: string;
  /** How long a fetch may take; default 1s. */
  readonly timeout?: string;
  /** How long a fetched key set is used; default 5m. */
  readonly cacheDuration?: string;
  /** Addresses that are used, `v4`, `v6`, or `auto`, IPv6 before IPv4. */
  readonly dnsLookupFamily?: "auto" | "v4" | "v6";
  /** How the server's certificate is verified. Without it the connection is encrypted, but the server may be anyone. */
  readonly validation?: UpstreamValidation;
}

/** Keys in a Secret of the same namespace, read again when it changes. */
export interface LocalJWKS {
  /** Name of the Secret, of type Opaque. */
  readonly secretName: string;
  /** The key whose value is the key set, a JSON object with `keys`. */
  readonly key: string;
}

/** A range of addresses. One that cannot be read refuses all clients. */
export interface IPFilterPolicy {
  /** Which address counts, `Peer` for the other end of the connection, `Remote` for the client behind trusted hops. */
  readonly source: "Peer" | "Remote";
  /** The range, as `10.0.0.0/8` or `2001:db8::/32`; an address alone is one host. */
  readonly cidr: string;
}

/** Requests that meet all conditions, and what becomes of them, exactly one of `services`, `requestRedirectPolicy` and `directResponsePolicy`. */
export interface HTTPProxyRoute {
  /** Must all hold; without any, every request matches. At most one of prefix, exact and regex in the whole list. */
  readonly conditions?: readonly MatchCondition[];
  /** Services that answer, by weight. One that cannot be found is left out; with none left the answer is 503. */
  readonly services?: readonly HTTPProxyService[];
  /** Permits `Upgrade` to WebSocket; else it is answered with 403. */
  readonly enableWebsockets?: boolean;
  /** Serves the route over plain HTTP too, though the host has TLS. */
  readonly permitInsecure?: boolean;
  /** Whether requests are authorized, and what the authorizer is told about the route. */
  readonly authPolicy?: AuthorizationPolicy;
  /** How long things may take, as `500ms` or `1h30m`; `infinity` for no limit; a zero with a unit is the default. */
  readonly timeoutPolicy?: TimeoutPolicy;
  /** When a failed request is tried again. */
  readonly retryPolicy?: RetryPolicy;
  /** Asks each endpoint of the route's services with GET whether it is well; those that are not get no requests. */
  readonly healthCheckPolicy?: HTTPHealthCheckPolicy;
  /** How an endpoint of a service is chosen. */
  readonly loadBalancerPolicy?: LoadBalancerPolicy;
  /** Changes the path before the request is forwarded. */
  readonly pathRewritePolicy?: PathRewritePolicy;
  /** Headers to remove and to set, in this order. */
  readonly requestHeadersPolicy?: HeadersPolicy;
  /** Headers to remove and to set, in this order. */
  readonly responseHeadersPolicy?: HeadersPolicy;
  /** Changes to cookies that the answer sets. */
  readonly cookieRewritePolicies?: readonly CookieRewritePolicy[];
  /** How many requests are let through. On a route it comes in place of the host's. */
  readonly rateLimitPolicy?: RateLimitPolicy;
  /** Answers with a redirect. Parts that are unset come from the request; the query is kept. */
  readonly requestRedirectPolicy?: HTTPRequestRedirectPolicy;
  /** Answers by itself. */
  readonly directResponsePolicy?: HTTPDirectResponsePolicy;
  /** Follows a service's redirects inside the gateway. Only an absolute `Location` is followed, and only where a route answers it. */
  readonly internalRedirectPolicy?: HTTPInternalRedirectPolicy;
  /** Which of the host's JWT providers holds for the route. Not both fields. */
  readonly jwtVerificationPolicy?: JWTVerificationPolicy;
  /** As on the host, and in place of what the host says. */
  readonly ipAllowPolicy?: readonly IPFilterPolicy[];
  /** As on the host, and in place of what the host says. */
  readonly ipDenyPolicy?: readonly IPFilterPolicy[];
}

/** A condition on the request. Several fields in one item must all hold. */
export interface MatchCondition {
  /** How the path begins, character by character; starts with `/`. */
  readonly prefix?: string;
  /** The whole path, starting with `/`; not on an include. */
  readonly exact?: string;
  /** A regular expression in RE2 syntax over the whole path, starting with `/`; not on an include. */
  readonly regex?: string;
  /** A condition on one header. Of several operators the first of present, notpresent, contains, notcontains, exact, notexact, regex counts; there must be one. */
  readonly header?: HeaderMatchCondition;
  /** A condition on the first occurrence of a query parameter. Exactly one operator must be given. */
  readonly queryParameter?: QueryParameterMatchCondition;
}

/** A condition on the first occurrence of a query parameter. Exactly one operator must be given. */
export interface QueryParameterMatchCondition {
  /** Name of the parameter, in exactly this letter case. */
  readonly name: string;
  /** The value is this text. */
  readonly exact?: string;
  /** The value begins with this text. */
  readonly prefix?: string;
  /** The value ends with this text. */
  readonly suffix?: string;
  /** The whole value matches this regular expression in RE2 syntax. */
  readonly regex?: string;
  /** The value contains this text. */
  readonly contains?: string;
  /** The parameter is there. */
  readonly present?: boolean;
  /** Takes letters of either case in the value as equal; not with regex and present. */
  readonly ignoreCase?: boolean;
}

/** A port of a Service in the namespace of this object. */
export interface HTTPProxyService {
  /** Name of the Service. */
  readonly name: string;
  /** Number of one of its TCP ports. */
  readonly port: number;
  /** Port of the same Service that active health checks ask; default `port`. */
  readonly healthPort?: number;
  /** How the service is spoken to, `tls` for HTTP/1.1 over TLS, `h2` for HTTP/2 over TLS, `h2c` for HTTP/2 in the clear. Default is what the Service's port says, else HTTP/1.1 in the clear. */
  readonly protocol?: "h2" | "h2c" | "tls";
  /** Share of the requests, in proportion to the sum of all weights. If none has one, all get the same; beside others that have one, none means 0. */
  readonly weight?: number;
  /** How the server's certificate is verified. Without it the connection is encrypted, but the server may be anyone. */
  readonly validation?: UpstreamValidation;
  /** Sends this service a copy of the requests and drops its answers; `weight` is then the percentage that is copied. At most one service of a route. */
  readonly mirror?: boolean;
  /** Headers to remove and to set, in this order. */
  readonly requestHeadersPolicy?: HeadersPolicy;
  /** Headers to remove and to set, in this order. */
  readonly responseHeadersPolicy?: HeadersPolicy;
  /** Changes to cookies that the answer sets; attribute by attribute before those of the route. */
  readonly cookieRewritePolicies?: readonly CookieRewritePolicy[];
  /** Gives new endpoints little traffic at first. Only with the strategies RoundRobin and WeightedLeastRequest. */
  readonly slowStartPolicy?: SlowStartPolicy;
}

/** Headers to remove and to set, in this order. */
export interface HeadersPolicy {
  /** Headers to set, in place of any that are there. `Host` on requests rewrites the host. Values may hold variables, as `%DOWNSTREAM_REMOTE_ADDRESS%`; an unknown one stays text. */
  readonly set?: readonly HeaderValue[];
  /** Names of headers to remove. */
  readonly remove?: readonly string[];
}

/** Sets attributes of one cookie in `Set-Cookie`; at least one of them must be given. */
export interface CookieRewritePolicy {
  /** Name of the cookie, unique in this list. */
  readonly name: string;
  /** Sets `Path`. */
  readonly pathRewrite?: CookiePathRewrite;
  /** Sets `Domain`. */
  readonly domainRewrite?: CookieDomainRewrite;
  /** Sets `Secure`, or removes it. */
  readonly secure?: boolean;
  /** Sets `SameSite`. */
  readonly sameSite?: "Strict" | "Lax" | "None";
}

/** Sets `Path`. */
export interface CookiePathRewrite {
  /** The new path. */
  readonly value: string;
}

/** Sets `Domain`. */
export interface CookieDomainRewrite {
  /** The new domain, in lower case. */
  readonly value: string;
}

/** Gives new endpoints little traffic at first. Only with the strategies RoundRobin and WeightedLeastRequest. */
export interface SlowStartPolicy {
  /** How long an endpoint counts as new, as `30s`. */
  readonly window: string;
  /** How the share grows over the window, a decimal above 0; `1.0` grows evenly, more grows faster at first. Default: "1.0". */
  readonly aggression?: string;
  /** The share at the beginning, in percent of the full one. Default: 10. */
  readonly minWeightPercent?: number;
}

/** When a failed request is tried again. */
export interface RetryPolicy {
  /** How often; 0 counts as 1, -1 is never. Default: 1. */
  readonly count?: number;
  /** How long one attempt may take; without it, only the route's timeouts hold. */
  readonly perTryTimeout?: string;
  /** Which failures; default `5xx`. */
  readonly retryOn?: readonly ("5xx" | "gateway-error" | "reset" | "reset-before-request" | "connect-failure" | "envoy-ratelimited" | "retriable-4xx" | "refused-stream" | "retriable-status-codes" | "retriable-headers" | "http3-post-connect-failure" | "cancelled" | "deadline-exceeded" | "internal" | "resource-exhausted" | "unavailable")[];
  /** Statuses that are tried again; only with `retriable-status-codes` in `retryOn`. */
  readonly retriableStatusCodes?: readonly number[];
}

/** Asks each endpoint of the route's services with GET whether it is well; those that are not get no requests. */
export interface HTTPHealthCheckPolicy {
  /** The path that is asked. */
  readonly path: string;
  /** Host of the check; default `contour-envoy-healthcheck`. */
  readonly host?: string;
  /** Seconds between checks; default 10. */
  readonly intervalSeconds?: number;
  /** Seconds to wait for the answer; default 2. */
  readonly timeoutSeconds?: number;
  /** Timeouts or refused connections in a row that make an endpoint unhealthy; default 3. A wrong status does so at once. */
  readonly unhealthyThresholdCount?: number;
  /** Good answers in a row that make it healthy again; default 2. After a start one is enough. */
  readonly healthyThresholdCount?: number;
  /** Ranges of statuses that are good; default is 200 alone. */
  readonly expectedStatuses?: readonly HTTPStatusRange[];
}

/** A range of statuses. */
export interface HTTPStatusRange {
  /** The first status. */
  readonly start: number;
  /** The status after the last one. */
  readonly end: number;
}

/** Changes the path before the request is forwarded. */
export interface PathRewritePolicy {
  /** Replacements of the matched prefix. That with the route's whole prefix is taken, includes counted, else the one without. */
  readonly replacePrefix?: readonly ReplacePrefix[];
}

/** A prefix and what comes in its place. */
export interface ReplacePrefix {
  /** The route's whole prefix for which this holds; any when unset. */
  readonly prefix?: string;
  /** The text in its place. A slash at the joint is kept single. */
  readonly replacement: string;
}

/** Answers with a redirect. Parts that are unset come from the request; the query is kept. */
export interface HTTPRequestRedirectPolicy {
  /** Scheme of the new URL. */
  readonly scheme?: "http" | "https";
  /** Host of the new URL, without port. */
  readonly hostname?: string;
  /** Port of the new URL; always written. */
  readonly port?: number;
  /** Status of the answer. Default: 302. */
  readonly statusCode?: 301 | 302 | 303 | 307 | 308;
  /** The whole new path. Not together with `prefix`. */
  readonly path?: string;
  /** Comes in place of the matched prefix. Not together with `path`. */
  readonly prefix?: string;
}

/** Answers by itself. */
export interface HTTPDirectResponsePolicy {
  /** Status of the answer. */
  readonly statusCode: number;
  /** Body of the answer; empty by default. */
  readonly body?: string;
}

/** Follows a service's redirects inside the gateway. Only an absolute `Location` is followed, and only where a route answers it. */
export interface HTTPInternalRedirectPolicy {
  /** How many are followed for one request; 0 counts as 1. */
  readonly maxInternalRedirects?: number;
  /** Statuses that are followed; default is 302 alone. */
  readonly redirectResponseCodes?: readonly (301 | 302 | 303 | 307 | 308)[];
  /** Whether a redirect may change the scheme; `SafeOnly` allows it, but not from http to https. Default: "Never". */
  readonly allowCrossSchemeRedirect?: "Always" | "Never" | "SafeOnly";
  /** Does not follow a redirect to a route that the request has met before. */
  readonly denyRepeatedRouteRedirect?: boolean;
}

/** Which of the host's JWT providers holds for the route. Not both fields. */
export interface JWTVerificationPolicy {
  /** Name of a provider whose token the request must carry. */
  readonly require?: string;
  /** Asks for no token. */
  readonly disabled?: boolean;
}

/** An HTTPProxy and the conditions that its routes take on. */
export interface HTTPProxyInclude {
  /** Its name. */
  readonly name: string;
  /** Its namespace; default is that of this object. */
  readonly namespace?: string;
  /** Prefix, header and queryParameter conditions. A prefix is put before the paths of the included routes; the rest must hold in addition. */
  readonly conditions?: readonly MatchCondition[];
}

/** Forwards the bytes of TLS connections to the host. Needs `virtualhost.tls`; exactly one of `services` and `include`. Routes beside it are served over plain HTTP. */
export interface TCPProxy {
  /** Services by weight. One that cannot be found takes the whole host off. */
  readonly services?: readonly HTTPProxyService[];
  /** An HTTPProxy, no root, whose `tcpproxy` is taken. */
  readonly include?: TCPProxyInclude;
  /** An HTTPProxy, no root, whose `tcpproxy` is taken. */
  readonly includes?: TCPProxyInclude;
  /** How an endpoint of a service is chosen. */
  readonly loadBalancerPolicy?: LoadBalancerPolicy;
  /** Connects to each endpoint to see whether it is well. */
  readonly healthCheckPolicy?: TCPHealthCheckPolicy;
}

/** An HTTPProxy, no root, whose `tcpproxy` is taken. */
export interface TCPProxyInclude {
  /** Its name. */
  readonly name: string;
  /** Its namespace; default is that of this object. */
  readonly namespace?: string;
}

/** Connects to each endpoint to see whether it is well. */
export interface TCPHealthCheckPolicy {
  /** Seconds between checks; default 10. */
  readonly intervalSeconds?: number;
  /** Seconds to wait for the connection; default 2. */
  readonly timeoutSeconds?: number;
  /** Failures in a row that make an endpoint unhealthy; default 3. */
  readonly unhealthyThresholdCount?: number;
  /** Successes in a row that make it healthy again; default 2. */
  readonly healthyThresholdCount?: number;
}

/** What became of it; written by the gateway. */
export interface HTTPProxyStatus {
  /** `valid`, `invalid`, `orphaned` (no root includes it), or `NotReconciled` until a gateway has seen it. Of an invalid object all that works is served. */
  readonly currentStatus?: string;
  /** Why it is so, in a sentence. */
  readonly description?: string;
  /** One condition of type `Valid`, with every error and warning. */
  readonly conditions?: readonly DetailedCondition[];
  /** Where clients reach the gateway. */
  readonly loadBalancer?: LoadBalancerStatus;
}

/** Where clients reach the gateway. */
export interface LoadBalancerStatus {
  /** Addresses. */
  readonly ingress?: readonly LoadBalancerIngress[];
}

/** One address. */
export interface LoadBalancerIngress {
  /** As an IP address. */
  readonly ip?: string;
  /** As a name. */
  readonly hostname?: string;
  /** How the load balancer hands on connections to `ip`, `VIP` or `Proxy`. */
  readonly ipMode?: string;
  /** Ports of this address. */
  readonly ports?: readonly PortStatus[];
}

/** A port and what is wrong with it. */
export interface PortStatus {
  /** Its number. */
  readonly port: number;
  /** TCP, UDP or SCTP. */
  readonly protocol: string;
  /** What is wrong, as one word for programs. */
  readonly error?: string;
}

/** Lets objects of other namespaces use Secrets of this one. */
export interface TLSCertificateDelegation {
  /** The API group and version, projectcontour.io/v1. */
  readonly apiVersion: "projectcontour.io/v1";
  /** TLSCertificateDelegation. */
  readonly kind: "TLSCertificateDelegation";
  readonly metadata: ObjectMeta;
  /** What the user wants. */
  readonly spec: TLSCertificateDelegationSpec;
  /** What became of it; written by the gateway. */
  readonly status?: TLSCertificateDelegationStatus;
}

/** What the user wants. */
export interface TLSCertificateDelegationSpec {
  /** What is delegated, and to whom. */
  readonly delegations: readonly CertificateDelegation[];
}

/** One Secret and the namespaces that may use it. */
export interface CertificateDelegation {
  /** Name of a Secret in the namespace of this object. */
  readonly secretName: string;
  /** Namespaces, or `*` alone for all; beside other names `*` is no wildcard. */
  readonly targetNamespaces: readonly string[];
}

/** What became of it; written by the gateway. */
export interface TLSCertificateDelegationStatus {
  /** One condition of type `Valid`, with every error and warning. */
  readonly conditions?: readonly DetailedCondition[];
}
