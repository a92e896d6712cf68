/** What the guide points to. */
export interface DemoAddresses {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly adminUrl: string;
  readonly manifests: string;
  readonly certificateFile: string;
}

/** A command line to try, and what it shows. */
export interface Step {
  readonly commandLine: string;
  readonly shows: string;
}

/** The tour, in order. `*.localhost` is this machine for curl and browsers alike. */
export function demoSteps(addresses: DemoAddresses): readonly Step[] {
  const { httpPort, httpsPort, adminUrl, manifests, certificateFile } = addresses;
  const demo = `http://demo.localhost:${httpPort}`;
  return [
    {
      commandLine: `for i in 1 2 3 4 5 6 7 8 9 10; do curl -s ${demo}/; done`,
      shows: 'a canary: about nine answers in ten from v1, one from v2',
    },
    {
      commandLine: `curl -H 'x-version: v2' ${demo}/`,
      shows: 'a header chooses v2',
    },
    {
      commandLine: `for i in 1 2 3 4 5; do curl -s -o /dev/null -w '%{http_code}\\n' ${demo}/limited; done`,
      shows: 'a rate limit: three requests pass, then 429',
    },
    {
      commandLine: `curl -i ${demo}/old`,
      shows: 'a redirect, answered by the gateway itself',
    },
    {
      commandLine: `curl -i -H 'x-secret: 1' ${demo}/headers`,
      shows: 'header policies: what the service got, and x-frame-options on the answer',
    },
    {
      commandLine: `curl --cacert ${certificateFile} https://secure.localhost:${httpsPort}/`,
      shows: 'TLS, with a certificate that the demo made itself',
    },
    {
      commandLine: `curl http://ingress.localhost:${httpPort}/`,
      shows: 'the same services by an Ingress',
    },
    {
      commandLine: `bin/sluice explain GET ${demo}/limited --admin ${adminUrl}`,
      shows: 'which route answers, from which object, and what was second',
    },
    {
      commandLine: `sed -i 's/weight: 10/weight: 90/' ${manifests}/hello.yaml`,
      shows: 'changes the canary while it runs; ask the first line again',
    },
  ];
}

/** The text that the demo prints when it is up. */
export function demoGuide(addresses: DemoAddresses, color: boolean): string {
  const strong = (text: string): string => (color ? `\u001b[1m${text}\u001b[0m` : text);
  const lines = ['', strong('Sluice is running.'), ''];
  lines.push(`  plain       http://demo.localhost:${addresses.httpPort}/`);
  lines.push(`  TLS         https://secure.localhost:${addresses.httpsPort}/`);
  lines.push(`  dashboard   ${addresses.adminUrl}/`);
  lines.push(`  manifests   ${addresses.manifests} (edit them: changes take effect at once)`);
  lines.push('', 'Try in another terminal:', '');
  for (const { commandLine, shows } of demoSteps(addresses))
    lines.push(`  ${strong(commandLine)}`, `      ${shows}`);
  return `${lines.join('\n')}\n\n`;
}
