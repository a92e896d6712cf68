import { isDeepStrictEqual } from 'node:util';
import type { ObjectRef } from '../resources/kinds.ts';
import { keyOf } from '../resources/kinds.ts';
import { proxyRef } from './httpproxy/context.ts';
import { acceptsProxy } from './ingress-class.ts';
import type { ObjectSource } from './object-source.ts';
import type { Problem } from './part.ts';
import { Place } from './place.ts';
import type { ProxyStatus } from './status.ts';
import { proxyStatus } from './status.ts';
import { UsedNames } from './used-names.ts';
import type { View } from './view.ts';

/** What one host's compilation said of objects. */
export interface HostReport {
  /** Objects that the host reached; of a proxy this says that it is no orphan. */
  readonly reached: readonly ObjectRef[];
  readonly problems: readonly Problem[];
}

/**
 * Gathers what all hosts say of each object: one status for an object however many hosts it serves
 * (httpproxy.md 2.4). Remembers what it said last and tells only differences.
 */
export class ObjectReports {
  readonly #source: ObjectSource;
  /** By host, then by object key. */
  readonly #problems = new Map<string, ReadonlyMap<string, readonly Problem[]>>();
  /** Object keys by the hosts that reached them. */
  readonly #reached = new UsedNames();
  readonly #proxies = new Set<string>();
  readonly #ingresses = new Set<string>();
  readonly #statuses = new Map<string, ProxyStatus>();
  readonly #ingressProblems = new Map<string, readonly Problem[]>();

  constructor(source: ObjectSource) {
    this.#source = source;
  }

  /** Replaces what a host says; null when the host is gone. */
  setHost(host: string, report: HostReport | null): void {
    const before = this.#problems.get(host)?.keys() ?? [];
    for (const key of before) this.#touchKey(key);
    const problems = new Map<string, Problem[]>();
    for (const ref of report?.reached ?? []) problems.set(keyOf(ref), []);
    for (const problem of report?.problems ?? []) {
      const key = keyOf(problem.object);
      const list = problems.get(key);
      if (list === undefined) problems.set(key, [problem]);
      else list.push(problem);
    }
    for (const key of problems.keys()) this.#touchKey(key);
    this.#reached.set(host, new Set(problems.keys()));
    if (report === null) this.#problems.delete(host);
    else this.#problems.set(host, problems);
  }

  /** The object itself came, changed or went: it is looked at again in the next `take`. */
  touch(kind: 'HTTPProxy' | 'Ingress', key: string): void {
    (kind === 'HTTPProxy' ? this.#proxies : this.#ingresses).add(key);
  }

  /**
   * The statuses of HTTPProxies that differ from those told before, by `namespace/name`. Objects that are gone
   * or of another class are left out: the latter keep their last status (⚠2).
   *
   * @param viewOf A view that records what is read for one object's status.
   */
  takeStatuses(viewOf: (key: string) => View): ReadonlyMap<string, ProxyStatus> {
    const changed = new Map<string, ProxyStatus>();
    for (const key of [...this.#proxies].sort()) {
      const status = this.#statusOf(key, viewOf(key));
      if (status === null) {
        this.#statuses.delete(key);
      } else if (!isDeepStrictEqual(status, this.#statuses.get(key))) {
        this.#statuses.set(key, status);
        changed.set(key, status);
      }
    }
    this.#proxies.clear();
    return changed;
  }

  /** Problems of Ingresses where they differ from those told before; empty when the last one is mended. */
  takeIngressProblems(): ReadonlyMap<string, readonly Problem[]> {
    const changed = new Map<string, readonly Problem[]>();
    for (const key of [...this.#ingresses].sort()) {
      const problems = this.#problemsOf(`Ingress/${key}`);
      const before = this.#ingressProblems.get(key) ?? [];
      if (problems.length === 0) this.#ingressProblems.delete(key);
      else this.#ingressProblems.set(key, problems);
      if (!isDeepStrictEqual(problems, before)) changed.set(key, problems);
    }
    this.#ingresses.clear();
    return changed;
  }

  #statusOf(key: string, view: View): ProxyStatus | null {
    const [namespace = '', name = ''] = key.split('/');
    const proxy = this.#source.get('HTTPProxy', namespace, name);
    if (proxy === undefined || !acceptsProxy(proxy, view)) return null;
    const object = `HTTPProxy/${key}`;
    const problems = [...this.#problemsOf(object)];
    const host = proxy.spec?.virtualhost;
    if (host && !host.fqdn) {
      Place.of(proxyRef(proxy), problems)
        .at('spec.virtualhost.fqdn')
        .error('VirtualHostError/FQDNNotSpecified', 'the host has no name; set it');
    }
    return proxyStatus({
      generation: proxy.metadata?.generation ?? 0,
      orphaned: !host && !this.#reached.has(object),
      problems,
    });
  }

  /** United over all hosts, sorted, without repeats (⚠26). */
  #problemsOf(object: string): readonly Problem[] {
    const byText = new Map<string, Problem>();
    for (const host of this.#reached.usersOf(object)) {
      for (const problem of this.#problems.get(host)?.get(object) ?? []) {
        const { severity, type, reason, field, message } = problem;
        byText.set(JSON.stringify([severity, type, reason, field, message]), problem);
      }
    }
    return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []);
  }

  #touchKey(key: string): void {
    const [kind, namespace, name] = key.split('/');
    if (kind === 'HTTPProxy' || kind === 'Ingress') this.touch(kind, `${namespace}/${name}`);
  }
}
