const GRPC = 'application/grpc';
const WEB = 'application/grpc-web';
const TEXT = 'application/grpc-web-text';
const BASE64 = 'application/grpc-web-text-base64';

/** How a gRPC-web body goes over the wire: its frames as they are, or those in base64 (PROTOCOL-WEB). */
export type WebForm = 'binary' | 'text';

/** Whether a `content-type` is that of gRPC over HTTP/2: `application/grpc`, maybe with `+proto` or a parameter. */
export function isGrpc(contentType: string): boolean {
  return isOrExtends(contentType, GRPC);
}

/** The form of gRPC-web that a `content-type`, or one entry of `accept`, names; null when it names none. */
export function webForm(contentType: string): WebForm | null {
  if (!contentType.startsWith(WEB)) return null;
  if (isOrExtends(contentType, WEB)) return 'binary';
  return isOrExtends(contentType, TEXT) || isOrExtends(contentType, BASE64) ? 'text' : null;
}

/** The type that a gRPC server knows for one of gRPC-web: `application/grpc` and what stood behind the name. */
export function webToGrpc(contentType: string): string {
  for (const name of [BASE64, TEXT, WEB]) {
    if (isOrExtends(contentType, name)) return GRPC + contentType.slice(name.length);
  }
  return contentType;
}

/** The way back; a type that is not gRPC's stays. */
export function grpcToWeb(contentType: string, form: WebForm): string {
  if (!isGrpc(contentType)) return contentType;
  return (form === 'text' ? TEXT : WEB) + contentType.slice(GRPC.length);
}

/**
 * The form in which a gRPC-web client wants its answer: that which `accept` names first, else that of its request.
 *
 * @param accept All values of the field, or undefined.
 */
export function answerForm(accept: string | undefined, request: WebForm): WebForm {
  for (const entry of accept?.split(',') ?? []) {
    const form = webForm(entry.trim());
    if (form !== null) return form;
  }
  return request;
}

function isOrExtends(contentType: string, name: string): boolean {
  if (!contentType.startsWith(name)) return false;
  if (contentType.length === name.length) return true;
  const next = contentType[name.length];
  return next === '+' || next === ';';
}
