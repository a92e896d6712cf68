/** In which form objects are answered. */
export interface AnswerForm {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata';
  /** Version of `meta.k8s.io` for the two last. */
  readonly version: string;
}

const FORMS: Readonly<Record<string, AnswerForm['as']>> = {
  Table: 'Table',
  PartialObjectMetadata: 'PartialObjectMetadata',
  PartialObjectMetadataList: 'PartialObjectMetadata',
};

/**
 * The first form of `Accept` that we have; `application/json;as=Table;v=v1;g=meta.k8s.io` asks for a table.
 * JSON is answered to whatever else is asked.
 */
export function answerForm(accept: string | undefined): AnswerForm {
  for (const range of (accept ?? '').split(',')) {
    const [type, ...parameters] = range.split(';').map((text) => text.trim());
    if (type !== 'application/json') continue;
    const {
      as,
      v: version = 'v1',
      g: group,
    } = Object.fromEntries(parameters.map((text) => text.split('=', 2)));
    if (as === undefined) break;
    const form = Object.hasOwn(FORMS, as) ? FORMS[as] : undefined;
    if (form !== undefined && group === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1'))
      return { as: form, version };
  }
  return { as: 'object', version: 'v1' };
}
