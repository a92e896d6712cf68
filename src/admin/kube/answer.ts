import type { KubeObject } from '../../resources/kinds.ts';
import { refOf } from '../../resources/kinds.ts';
import { statusObject } from '../error-body.ts';
import type { GatewayView } from '../gateway-view.ts';
import { type AnswerForm, answerForm } from './accept.ts';
import { type ObjectsPath, parseApiPath } from './api-path.ts';
import { apiGroup, coreVersions, groupList, groupVersionOf, resourceList } from './discovery.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';
import { pageOfList } from './page-of-list.ts';
import type { ApiResource } from './resources.ts';
import { partialMetadata, tableOf } from './table.ts';
import { visibleObject } from './visible-object.ts';

/** A GET below `/api` or `/apis`. */
export interface ApiRequest {
  /** Decoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The header field. */
  readonly accept: string | undefined;
}

export interface ApiAnswer {
  readonly code: number;
  readonly body: unknown;
}

/** What the answers are made of. */
export interface ApiContext {
  readonly resources: readonly ApiResource[];
  readonly view: Pick<GatewayView, 'store' | 'statuses' | 'snapshot'>;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Answers as an API server would that holds what the gateway holds, and lets nobody write or watch. */
export function answerApi(request: ApiRequest, context: ApiContext): ApiAnswer {
  const path = parseApiPath(request.path);
  const { resources } = context;
  switch (path?.kind) {
    case undefined:
      return notThere();
    case 'core-versions':
      return found(coreVersions());
    case 'groups':
      return found(groupList(resources));
    case 'group':
      return found(apiGroup(path.group, resources));
    case 'resources':
      return found(resourceList(groupVersionOf(path), resources));
    case 'objects':
      return answerObjects(path, request, context);
  }
}

function found(body: object | null): ApiAnswer {
  return body === null ? notThere() : { code: 200, body };
}

/** In the words of an API server. */
function notThere(): ApiAnswer {
  return failure(404, 'the server could not find the requested resource');
}

function failure(code: number, message: string): ApiAnswer {
  return { code, body: statusObject(code, message) };
}

function answerObjects(path: ObjectsPath, request: ApiRequest, context: ApiContext): ApiAnswer {
  const resource = context.resources.find(
    ({ group, version, plural }) =>
      group === path.group && version === path.version && plural === path.resource,
  );
  if (resource === undefined || (path.namespace !== null && !resource.namespaced)) return notThere();
  if (['1', 'true'].includes(request.query.get('watch') ?? ''))
    return failure(405, 'this address does not watch: get and list only, ask again for news');
  if (path.name === null) return answerList(resource, path.namespace, request, context);
  if (resource.namespaced && path.namespace === null) return notThere();
  return answerGet(resource, { namespace: path.namespace ?? '', name: path.name }, request, context);
}

function answerGet(
  resource: ApiResource,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  request: ApiRequest,
  context: ApiContext,
): ApiAnswer {
  const { kind, group, plural } = resource;
  const held = context.view.store.get(kind, namespace, name);
  if (held === undefined) {
    const message = `${plural}${group === '' ? '' : `.${group}`} ${JSON.stringify(name)} not found`;
    return { code: 404, body: statusObject(404, message, { name, group, kind: plural }) };
  }
  const object = visibleObject(held, context.view);
  const form = answerForm(request.accept);
  if (form.as === 'object') return found(object);
  if (form.as === 'PartialObjectMetadata') return found(partialMetadata(object, form.version));
  const { resourceVersion } = listMetadata(context);
  return found(tableFor([object], { resource, form, metadata: { resourceVersion } }, request, context));
}

function answerList(
  resource: ApiResource,
  namespace: string | null,
  request: ApiRequest,
  context: ApiContext,
): ApiAnswer {
  const { query } = request;
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  if (!labels.ok) return failure(400, labels.error);
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
  if (!fields.ok) return failure(400, fields.error);
  const held: readonly KubeObject[] = context.view.store.list(resource.kind, namespace ?? undefined);
  const selected = held.filter(
    (object) => fields.value(refOf(object)) && labels.value(object.metadata?.labels ?? {}),
  );
  const page = pageOfList(selected, query);
  if (!page.ok) return failure(400, page.error);
  const objects = page.value.objects.map((object) => visibleObject(object, context.view));
  const metadata = { ...listMetadata(context), ...page.value.metadata };
  const form = answerForm(request.accept);
  if (form.as === 'Table') return found(tableFor(objects, { resource, form, metadata }, request, context));
  if (form.as === 'PartialObjectMetadata') {
    const items = objects.map((object) => partialMetadata(object, form.version));
    const apiVersion = `meta.k8s.io/${form.version}`;
    return found({ kind: 'PartialObjectMetadataList', apiVersion, metadata, items });
  }
  const apiVersion = groupVersionOf(resource);
  return found({ kind: `${resource.kind}List`, apiVersion, metadata, items: objects });
}

interface TableParts {
  readonly resource: ApiResource;
  readonly form: AnswerForm;
  readonly metadata: Readonly<Record<string, unknown>>;
}

function tableFor(
  objects: readonly KubeObject[],
  { resource, form, metadata }: TableParts,
  { query }: ApiRequest,
  { nowMs }: ApiContext,
) {
  const includeObject = query.get('includeObject');
  return tableOf(objects, { resource, version: form.version, listMetadata: metadata, includeObject, nowMs });
}

/** The gateway has no version of its objects but that of what it serves. */
function listMetadata({ view }: ApiContext) {
  return { resourceVersion: String(view.snapshot().version) };
}
