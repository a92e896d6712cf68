import type { ClusterSource, ConfiguredOptions } from '../config.ts';
import { defaultCertificateName } from '../config.ts';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';
import type { Draft } from './draft.ts';
import { newDraft } from './draft.ts';
import type { ConfigFile } from './file.ts';
import { applyConfigFile } from './file.ts';
import { PROCESS_OPTIONS } from './process-options.ts';

/** Where options come from; what is nearer to the command line wins. */
export interface OptionSources {
  /** Values by flag, in the order given. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly file: ConfigFile | null;
  /** Runs in a pod (`KUBERNETES_SERVICE_HOST` is set). */
  readonly inCluster: boolean;
  /** The log goes to a terminal. */
  readonly terminal: boolean;
}

/** Options with their warnings, as keys of the file that have no effect. */
export interface ResolvedOptions {
  readonly options: ConfiguredOptions;
  readonly warnings: readonly string[];
}

/**
 * Lays the file over the defaults and the flags over the file.
 *
 * @returns All that is wrong, one line each, when anything is.
 */
export function resolveOptions(sources: OptionSources): Result<ResolvedOptions, readonly string[]> {
  const draft = newDraft();
  const { errors, warnings } =
    sources.file === null ? { errors: [], warnings: [] } : applyConfigFile(draft, sources.file);
  for (const option of PROCESS_OPTIONS) {
    const values = sources.flags.get(option.flag);
    if (values === undefined) continue;
    const problem = option.apply(draft, option.repeat ? values : values[0]);
    if (problem !== undefined) errors.push(`--${option.flag} ${values.join(' ')}: ${problem}`);
  }
  const cluster = clusterOf(draft, sources.inCluster);
  errors.push(...contradictions(draft, cluster));
  if (errors.length > 0) return err(errors);
  return ok({
    options: {
      static: {
        ...draft.static,
        cluster,
        logFormat: draft.logFormat ?? (sources.terminal ? 'text' : 'json'),
      },
      settings: {
        ...draft.settings,
        defaultCertificate: defaultCertificateName(draft.static.defaultCertificate),
      },
      compile: draft.compile,
    },
    warnings,
  });
}

function clusterOf(draft: Draft, inCluster: boolean): ClusterSource | null {
  if (draft.kubeconfig !== null) {
    return { kind: 'kubeconfig', file: draft.kubeconfig, context: draft.context };
  }
  return inCluster ? { kind: 'in-cluster' } : null;
}

/** Options that are fine one by one and not together. */
function contradictions(draft: Draft, cluster: ClusterSource | null): string[] {
  const { static: fixed, settings, compile } = draft;
  const found: string[] = [];
  if (fixed.manifests.length === 0 && cluster === null) {
    found.push('nothing to serve: give --manifests DIR or --kubeconfig FILE');
  }
  if (draft.context !== null && draft.kubeconfig === null) found.push('--context needs --kubeconfig FILE');
  if (fixed.http === null && fixed.https === null) found.push('--http and --https are both off');
  if (settings.tlsMinVersion > settings.tlsMaxVersion) {
    found.push('tls.minimumProtocolVersion is above tls.maximumProtocolVersion');
  }
  if (compile.upstreamTlsMinVersion > compile.upstreamTlsMaxVersion) {
    found.push('cluster.upstreamTls.minimumProtocolVersion is above its maximumProtocolVersion');
  }
  const unwatched = compile.rootNamespaces.find(
    (namespace) => fixed.watchNamespaces.length > 0 && !fixed.watchNamespaces.includes(namespace),
  );
  if (unwatched !== undefined) {
    found.push(`--root-namespaces holds ${unwatched}, which --watch-namespaces leaves out`);
  }
  if (fixed.redisUrl !== null) found.push('--redis is not in this release: limits are kept in memory');
  return found;
}
