/** What the requests under way on all HTTP/2 connections of one worker hold of fields, decoded. */
export class HeldFields {
  bytes = 0;
  readonly maxBytes: number;

  /** @param maxBytes Beyond it connections that hold more than one head get no more of them. */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }
}
