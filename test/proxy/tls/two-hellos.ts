import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import type { Socket } from 'node:net';

const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const SERVER_HELLO = 2;
const FINISHED = 20;
/** What stands before the 32 bytes of an X25519 key in its SPKI form (RFC 8410 §4). */
const X25519_SPKI = Buffer.from('302a300506032b656e032100', 'hex');

/**
 * The client's side of a TLS 1.3 handshake with a HelloRetryRequest (RFC 8446 §4.1.2, §4.1.4), whose second
 * ClientHello names another host than the first, as no library does. Resolves when its Finished is sent; the server's
 * certificate and signature are not looked at.
 */
export async function greetTwice(socket: Socket, first: string, second: string): Promise<void> {
  const records = readRecords(socket);
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const share = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const random = randomBytes(32);

  const hello1 = clientHello(random, first, null);
  socket.write(record(HANDSHAKE, hello1));
  const retry = (await nextOf(records, HANDSHAKE)).body;
  const hello2 = clientHello(random, second, share);
  socket.write(record(HANDSHAKE, hello2));
  const serverHello = (await nextOf(records, HANDSHAKE)).body;
  if (serverHello[0] !== SERVER_HELLO) throw new Error('no ServerHello came');

  // The first hello is in the transcript by its hash alone (RFC 8446 §4.4.1).
  const transcript = [Buffer.from([254, 0, 0, 32]), sha256(hello1), retry, hello2, serverHello];
  const serverKey = createPublicKey({
    key: Buffer.concat([X25519_SPKI, keyShareOf(serverHello)]),
    format: 'der',
    type: 'spki',
  });
  const zeros = Buffer.alloc(32);
  const early = hmac(zeros, zeros);
  const handshake = hmac(
    expand(early, 'derived', sha256(), 32),
    diffieHellman({ privateKey, publicKey: serverKey }),
  );
  const toServer = expand(handshake, 'c hs traffic', sha256(...transcript), 32);
  const toClient = protection(expand(handshake, 's hs traffic', sha256(...transcript), 32));

  let flight = Buffer.alloc(0);
  for (let sequence = 0; !endsWithFinished(flight); sequence++) {
    const { head, body } = await nextOf(records, APPLICATION_DATA);
    const decipher = createDecipheriv('aes-128-gcm', toClient.key, nonce(toClient.iv, sequence));
    decipher.setAAD(head).setAuthTag(body.subarray(-16));
    const inner = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]);
    flight = Buffer.concat([flight, inner.subarray(0, inner.lastIndexOf(HANDSHAKE))]);
  }
  const verify = hmac(expand(toServer, 'finished', Buffer.alloc(0), 32), sha256(...transcript, flight));
  const { key, iv } = protection(toServer);
  const finished = Buffer.concat([message(FINISHED, verify), Buffer.from([HANDSHAKE])]);
  const head = Buffer.from([APPLICATION_DATA, 3, 3, 0, finished.length + 16]);
  const cipher = createCipheriv('aes-128-gcm', key, nonce(iv, 0)).setAAD(head);
  socket.write(Buffer.concat([head, cipher.update(finished), cipher.final(), cipher.getAuthTag()]));
}

/** Offers TLS 1.3 with one suite and X25519; without a key share it asks for a retry. */
function clientHello(random: Buffer, host: string, share: Buffer | null): Buffer {
  const name = Buffer.from(host);
  const extensions = [
    extension(0, vector(2, Buffer.from([0]), vector(2, name))),
    extension(10, vector(2, Buffer.from([0, 29]))),
    extension(13, vector(2, Buffer.from([4, 3, 8, 4]))),
    extension(43, vector(1, Buffer.from([3, 4]))),
    extension(51, vector(2, ...(share === null ? [] : [Buffer.from([0, 29]), vector(2, share)]))),
  ];
  return message(
    1,
    Buffer.from([3, 3]),
    random,
    vector(1),
    vector(2, Buffer.from([0x13, 0x01])),
    vector(1, Buffer.from([0])),
    vector(2, ...extensions),
  );
}

function extension(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, type]), vector(2, body)]);
}

/** Parts behind their length, which takes `size` bytes. */
function vector(size: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(size);
  length.writeUIntBE(body.length, 0, size);
  return Buffer.concat([length, body]);
}

function message(type: number, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([type]), vector(3, ...parts)]);
}

function record(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, 3, 3]), vector(2, body)]);
}

/** The key of the `key_share` extension of a ServerHello without a session id. */
function keyShareOf(serverHello: Buffer): Buffer {
  const at = serverHello.indexOf(Buffer.from([0, 51, 0, 36, 0, 29, 0, 32]), 38);
  if (at < 0) throw new Error('the ServerHello has no X25519 key');
  return serverHello.subarray(at + 8, at + 40);
}

function endsWithFinished(flight: Buffer): boolean {
  let type = -1;
  for (let at = 0; at + 4 <= flight.length; at += 4 + flight.readUIntBE(at + 1, 3)) type = flight[at] ?? -1;
  return type === FINISHED;
}

interface Record {
  readonly head: Buffer;
  readonly body: Buffer;
}

async function* readRecords(socket: Socket): AsyncGenerator<Record, void> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt16BE(3)) {
      const end = 5 + bytes.readUInt16BE(3);
      yield { head: bytes.subarray(0, 5), body: bytes.subarray(5, end) };
      bytes = bytes.subarray(end);
    }
  }
}

/** Skips records of other types, as the change of cipher that nobody needs. */
async function nextOf(records: AsyncGenerator<Record, void>, type: number): Promise<Record> {
  for (;;) {
    const { value } = await records.next();
    if (!value) throw new Error('the server closed the connection');
    if (value.head[0] === 21) throw new Error(`alert ${value.body[1]}`);
    if (value.head[0] === type) return value;
  }
}

/** HKDF-Expand-Label (RFC 8446 §7.1); HKDF-Expand of one block is one HMAC. */
function expand(secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const info = Buffer.concat([
    Buffer.from([0, length]),
    vector(1, Buffer.from(`tls13 ${label}`)),
    vector(1, context),
    Buffer.from([1]),
  ]);
  return hmac(secret, info).subarray(0, length);
}

function protection(secret: Buffer): { readonly key: Buffer; readonly iv: Buffer } {
  const none = Buffer.alloc(0);
  return { key: expand(secret, 'key', none, 16), iv: expand(secret, 'iv', none, 12) };
}

function nonce(iv: Buffer, sequence: number): Buffer {
  const made = Buffer.from(iv);
  made[11] = (made[11] as number) ^ sequence;
  return made;
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
