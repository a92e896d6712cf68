/**
 * A message as gRPC frames it: not compressed, its length, then protobuf with a string as its first field, as in
 * the greeting of gRPC's own examples.
 *
 * @param text Less than 126 bytes.
 */
export function grpcMessage(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.from([0, 0, 0, 0, bytes.length + 2, 0x0a, bytes.length, ...bytes]);
}

/** What clients send, and what the service answers. */
export const GREETING = { question: grpcMessage('world'), answer: grpcMessage('Hello world') } as const;

/** The method that greets. nghttpd, which stands for the service, tells the content type by the name's ending. */
export const GRPC_PATH = '/bench.Greeter/SayHello.grpc';

/** What makes a request one of gRPC. */
export const GRPC_HEADERS = { 'content-type': 'application/grpc', te: 'trailers' } as const;
