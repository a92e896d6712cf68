const DNS_LABELS = 'must be lower-case DNS labels: letters a-z, digits and inner "-", joined by "."';
const DURATION = 'must be a duration, as "500ms" or "1h30m"';

/** What the patterns of the schemas ask for, in words. */
export const PATTERN_WORDS: Readonly<Record<string, string>> = {
  '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$': `${DNS_LABELS}, after "*." for a wildcard`,
  '^((\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$': `${DNS_LABELS}, after "*." for a wildcard; or empty`,
  '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$': DNS_LABELS,
  '^((\\d*(\\.\\d*)?(ns|us|µs|ms|s|m|h))+|infinity|infinite)$': `${DURATION}, or "infinity"`,
  '^(\\d*(\\.\\d*)?(ns|us|µs|ms|s|m|h))+$': DURATION,
  '^((\\d*(\\.\\d*)?(ns|us|µs|ms|s|m|h))+|0)$': `${DURATION}, or "0"`,
  '^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$': DURATION,
  '^([0-9]+([.][0-9]+)?|[.][0-9]+)$': 'must be a decimal number, as "1.5"',
  "^[a-zA-Z0-9!#$%&'*+.^_`|~-]+$": "must be a token: letters, digits and !#$%&'*+.^_`|~-",
  '^[^()<>@,;:\\\\"\\/\\[\\]?={} \\t\\x7f\\x00-\\x1f]+$': 'must be a token: no spaces, no ()<>@,;:\\"/[]?={}',
  '^[^;\\x7f\\x00-\\x1f]+$': 'must hold no ";" and no control characters',
  '^\\/.*$': 'must start with "/"',
};
