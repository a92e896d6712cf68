import { RE2JS } from 're2js';

/** Longest pattern that is looked at: a compiled one takes a multiple of its text. */
const MAX_PATTERN_LENGTH = 4096;

/** Why `pattern` cannot be used as a whole-text pattern in RE2 syntax, or null when it can. */
export function regexFault(pattern: string): string | null {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    return `the pattern has ${pattern.length} characters; ${MAX_PATTERN_LENGTH} are allowed`;
  }
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'it is no RE2 syntax';
  }
}

/** A pattern that matches exactly `text`. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
