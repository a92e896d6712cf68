import type { Result } from '../../lib/result.ts';
import { err, ok } from '../../lib/result.ts';
import { type KubeObject, refOf } from '../../resources/kinds.ts';

/** A part of a list, and where the next one begins. */
export interface ListPage {
  readonly objects: readonly KubeObject[];
  /** `continue` and `remainingItemCount` of the metadata of a list; empty for the last page. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Cuts a list by the query parameters `limit` and `continue`. A token names the last object shown, so that what
 * came or went in between moves nothing else.
 *
 * @param objects Sorted by namespace and name.
 */
export function pageOfList(objects: readonly KubeObject[], query: URLSearchParams): Result<ListPage, string> {
  const token = query.get('continue') ?? '';
  const after = token === '' ? null : readToken(token);
  if (after === undefined) return err('continue: the token is not one of this server; list without it');
  const rest = after === null ? objects : objects.filter((object) => comesAfter(object, after));
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isSafeInteger(limit) || limit < 0) return err('limit: must be a whole number, not negative');
  if (limit === 0 || rest.length <= limit) return ok({ objects: rest, metadata: {} });
  const shown = rest.slice(0, limit);
  const metadata = { continue: writeToken(shown.at(-1)), remainingItemCount: rest.length - limit };
  return ok({ objects: shown, metadata });
}

type Position = readonly [namespace: string, name: string];

function comesAfter(object: KubeObject, [afterNamespace, afterName]: Position): boolean {
  const { namespace, name } = refOf(object);
  return namespace === afterNamespace ? name > afterName : namespace > afterNamespace;
}

function writeToken(object: KubeObject | undefined): string {
  if (object === undefined) return '';
  const { namespace, name } = refOf(object);
  return Buffer.from(`${namespace}/${name}`).toString('base64url');
}

function readToken(token: string): Position | undefined {
  const match = /^([^/]*)\/([^/]+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  return match === null ? undefined : [match[1] ?? '', match[2] ?? ''];
}
