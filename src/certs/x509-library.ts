/** Loads `@peculiar/x509`, whose dependency container asks for a `reflect-metadata` polyfill to be there first. */
export async function loadX509Library(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  return await import('@peculiar/x509');
}
