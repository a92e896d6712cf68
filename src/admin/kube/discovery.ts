import type { ApiResource } from './resources.ts';

/** `/api`: the versions of the core group. */
export function coreVersions() {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
}

/** `/apis`: every other group. */
export function groupList(resources: readonly ApiResource[]) {
  const names = [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '').sort();
  const groups = names.map((name) => describeGroup(name, resources));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `/apis/<group>`, or null: nobody has heard of it. */
export function apiGroup(group: string, resources: readonly ApiResource[]) {
  if (group === '' || !resources.some((resource) => resource.group === group)) return null;
  return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group, resources) };
}

function describeGroup(name: string, resources: readonly ApiResource[]) {
  const own = resources.filter(({ group }) => group === name).map(({ version }) => version);
  // `v1` stands before `v1alpha1`, as it should.
  const versions = [...new Set(own)]
    .sort()
    .map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

/** `/api/v1`, `/apis/<group>/<version>`, or null: nobody has heard of it. */
export function resourceList(groupVersion: string, resources: readonly ApiResource[]) {
  const own = resources.filter((resource) => groupVersionOf(resource) === groupVersion);
  if (own.length === 0) return null;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: own.map(({ plural, singular, namespaced, kind, shortNames, categories }) => ({
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs: ['get', 'list'],
      ...(shortNames.length === 0 ? {} : { shortNames }),
      ...(categories.length === 0 ? {} : { categories }),
    })),
  };
}

/** `v1`, or `group/version`. */
export function groupVersionOf({ group, version }: Pick<ApiResource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `/version`: that of the Kubernetes API whose shape this is; Sluice's own stands behind the plus sign. */
export function serverVersion(sluice: string) {
  return {
    major: '1',
    minor: '30',
    gitVersion: `v1.30.0+sluice.${sluice}`,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: `node/${process.platform}`,
  };
}
