import { frame } from '../../http2/frames.ts';
import type { FrameClient } from '../../support/http2-frame-client.ts';

/** Something that the gateway must do next; throws when it does not. */
export type Outcome = (client: FrameClient) => Promise<unknown>;

/**
 * A case: its number at h2spec (suite, section, position), what is sent and what it means in a sentence, and the
 * steps: bytes that are sent in one write, outcomes that are waited for. Each begins on a connection of its own
 * whose SETTINGS have been exchanged, or a `BARE` one.
 */
export type ConformanceCase = readonly [id: string, says: string, ...steps: readonly (Buffer | Outcome)[]];

/** As first step: nothing has been sent yet, not even the preface. */
export const BARE: Outcome = async () => {};

/** An answer to the stream. Ours must come from the service, so it is 200: a refusal would not show that we took it. */
export function answers(streamId: number): Outcome {
  return (client) =>
    client.until(`an answer on ${streamId}`, (seen) => seen.startsWith(`headers ${streamId} 200`));
}

/** The end of an answer. */
export function ends(streamId: number): Outcome {
  const pattern = new RegExp(`^(headers|data) ${streamId} .*end$`);
  return (client) => client.until(`the end of stream ${streamId}`, (seen) => pattern.test(seen));
}

/** DATA of exactly this many bytes; other DATA before it is a mistake. */
export function data(streamId: number, bytes: number): Outcome {
  return async (client) => {
    const seen = await client.until(`DATA on ${streamId}`, (one) => one.startsWith('data '));
    if (!`${seen} `.startsWith(`data ${streamId} ${bytes} `)) {
      throw new Error(`expected ${bytes} bytes of DATA on ${streamId}, saw ${seen}`);
    }
  };
}

/** DATA, however much. */
export const someData: Outcome = (client) => client.until('DATA', (seen) => seen.startsWith('data '));

/** SETTINGS of its own, before any other frame. */
export const firstSettings: Outcome = async (client) => {
  const first = await client.until('a frame', () => true);
  if (first !== 'settings') throw new Error(`expected SETTINGS first, saw ${first}`);
};

export const settingsAck: Outcome = (client) =>
  client.until('SETTINGS ACK', (seen) => seen === 'settings ack');

const PING_TYPE = 6;

/** PING with eight bytes. */
export function ping(payload: string, flags = 0): Buffer {
  return frame(PING_TYPE, flags, 0, payload);
}

/** The acknowledgement of that very PING, and of none before it. */
export function pong(payload: string): Outcome {
  const hex = Buffer.from(payload, 'latin1').toString('hex');
  return async (client) => {
    const seen = await client.until('PING ACK', (one) => one.startsWith('ping ack '));
    if (seen !== `ping ack ${hex}`) throw new Error(`expected ping ack ${hex}, saw ${seen}`);
  };
}

/** That, or an orderly end. */
export function pongOrClosed(payload: string): Outcome {
  const hex = Buffer.from(payload, 'latin1').toString('hex');
  return (client) =>
    client.until('PING ACK or the end', (seen) => seen === `ping ack ${hex}` || seen === 'closed');
}

/** The end of the connection, whatever comes before it. */
export const closes: Outcome = (client) => client.until('the end of the connection', isClosed);

/**
 * A connection error: GOAWAY with one of these codes, then the end. h2spec also takes the end alone; ours always
 * says why.
 */
export function connectionError(...codes: readonly string[]): Outcome {
  return async (client) => {
    const seen = await client.until(`GOAWAY ${codes.join(' or ')}`, (one) => one.startsWith('goAway '));
    if (!codes.some((code) => seen === `goAway ${code}`)) {
      throw new Error(`expected GOAWAY ${codes.join(' or ')}, saw ${seen}`);
    }
    await client.until('the end of the connection', isClosed);
  };
}

/**
 * A stream error: RST_STREAM with one of these codes, and the connection lives on: others' streams are on it. h2spec
 * would also take a connection error; where ours is one, the case says `connectionError`.
 */
export function streamError(streamId: number, ...codes: readonly string[]): Outcome {
  return async (client) => {
    const what = `RST_STREAM ${streamId} ${codes.join(' or ')}`;
    const seen = await client.until(what, (one) => /^(rstStream|goAway) /.test(one));
    if (!codes.some((code) => seen === `rstStream ${streamId} ${code}`)) {
      throw new Error(`expected ${what}, saw ${seen}`);
    }
    client.send(ping('is alive'));
    await pong('is alive')(client);
  };
}

function isClosed(seen: string): boolean {
  return seen === 'closed';
}
