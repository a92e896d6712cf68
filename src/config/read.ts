import { isIP, isIPv4 } from 'node:net';
import type { ListenAddress } from '../config.ts';
import { parseDuration } from '../lib/duration.ts';
import { didYouMean } from '../lib/nearest.ts';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';

/**
 * Reads one value from outside, a flag's text or what stood in YAML. An error is a phrase that goes behind
 * the name of the option, as `must be a whole number from 1 to 256`.
 */
export type Read<T> = (value: unknown) => Result<T, string>;

/** Stands for a time limit that somebody turned off where there must be one: 23 days. */
export const PRACTICALLY_NEVER_MS = 2_000_000_000;

export const readText: Read<string> = (value) =>
  typeof value === 'string' && value.trim() !== '' ? ok(value.trim()) : err('must be a text');

export const readBoolean: Read<boolean> = (value) =>
  typeof value === 'boolean' ? ok(value) : err('must be true or false');

/** A comma list or a list; empty items do not count. */
export const readTexts: Read<readonly string[]> = (value) => {
  const items = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) {
    return err('must be a list of texts');
  }
  return ok(items.map((item) => item.trim()).filter((item) => item !== ''));
};

/** A whole number, also as decimal text. */
export function readInteger(min: number, max: number): Read<number> {
  return (value) => {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max
      ? ok(number)
      : err(`must be a whole number from ${min} to ${max}`);
  };
}

/** One of a few words. YAML reads `off` as text but 1.2 as a number, so numbers count as their text. */
export function readOneOf<T extends string>(...choices: readonly T[]): Read<T> {
  return (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return ok(found);
    const hint = typeof text === 'string' ? didYouMean(text, choices) : '';
    return err(`must be ${choices.join(' or ')}${hint}`);
  };
}

/** Seconds as a decimal number, to milliseconds. */
export const readSeconds: Read<number> = (value) => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,6}(\.\d{1,3})?$/.test(text)
    ? ok(Number(text) * 1000)
    : err('must be a number of seconds');
};

/** Go's duration above zero, without `infinity`, to milliseconds. */
export const readDuration: Read<number> = (value) => {
  if (typeof value !== 'string') return err('must be a duration as 300ms, 2s, 1h30m');
  const parsed = parseDuration(value);
  if (!parsed.ok) return err(`is no duration: ${parsed.error}`);
  return parsed.value > 0 ? parsed : err('must be above zero');
};

/**
 * The grammar of timeouts (httpproxy.md 1): empty or zero is the default, `infinity` or `infinite` turns the
 * limit off, else a duration.
 */
export function readTimeout(defaultMs: number, offMs: number): Read<number> {
  return (value) => {
    if (value === null || value === 0 || value === '') return ok(defaultMs);
    if (value === 'infinity' || value === 'infinite') return ok(offMs);
    if (typeof value === 'string') {
      const parsed = parseDuration(value);
      if (parsed.ok && parsed.value === 0) return ok(defaultMs);
    }
    return readDuration(value);
  };
}

/** `ADDR:PORT`, IPv6 in brackets. */
export const readAddress: Read<ListenAddress> = (value) => {
  const parts = typeof value === 'string' ? /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(value) : null;
  const address = parts?.[1] ?? parts?.[2] ?? '';
  const port = Number(parts?.[3]);
  const family = isIP(address);
  const bracketed = parts?.[1] !== undefined;
  if (family === 0 || bracketed !== (family === 6) || port > 65_535) {
    return err('must be ADDR:PORT, as 0.0.0.0:8080 or [::]:8080');
  }
  return ok({ address, port });
};

/** `ADDR:PORT` or `off`. */
export const readAddressOrOff: Read<ListenAddress | null> = (value) => {
  if (value === 'off' || value === false) return ok(null);
  const address = readAddress(value);
  return address.ok ? address : err(`${address.error}, or off`);
};

/** Addresses with or without a prefix length. */
export const readCidrs: Read<readonly string[]> = (value) => {
  const texts = readTexts(value);
  if (!texts.ok) return texts;
  const bad = texts.value.find((text) => !isCidr(text));
  return bad === undefined ? texts : err(`holds ${JSON.stringify(bad)}, which is no CIDR as 10.0.0.0/8`);
};

function isCidr(text: string): boolean {
  const parts = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  const address = parts?.[1] ?? '';
  return isIP(address) !== 0 && Number(parts?.[2] ?? 0) <= (isIPv4(address) ? 32 : 128);
}

/** `{name, namespace}` of a Secret. */
export const readSecretRef: Read<{ readonly namespace: string; readonly name: string }> = (value) => {
  const { name, namespace, ...rest } = isObject(value) ? value : {};
  if (typeof name !== 'string' || typeof namespace !== 'string' || Object.keys(rest).length > 0) {
    return err('must have the keys name and namespace, and no others');
  }
  return ok({ namespace, name });
};

/** Narrows to a mapping. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
