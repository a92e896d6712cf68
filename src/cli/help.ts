import type { Command } from './command.ts';

/** A command in the overview; its file is loaded only when it runs. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** All commands, in the order of the overview. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'run the gateway',
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'demo',
    summary: 'run the gateway on bundled manifests, with two services behind it',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  {
    name: 'check',
    summary: "read manifests, print every object's conditions",
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'explain',
    summary: 'say which route answers a request, and why',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'version',
    summary: 'print the versions of Sluice and of Node.js',
    load: async () => (await import('./version.ts')).versionCommand,
  },
];

/** What `sluice --help` prints. */
export function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  sluice ${name.padEnd(width)}  ${summary}`);
  return [
    'Sluice is an edge gateway for Kubernetes: Ingress and HTTPProxy objects in, traffic through.',
    '',
    ...lines,
    '',
    'Each has --help. To see it at work: sluice demo',
    '',
  ].join('\n');
}
