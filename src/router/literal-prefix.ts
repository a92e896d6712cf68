/**
 * The text with which every match of an RE2 pattern begins, so that most paths are refused without running
 * it. May be shorter than it could be, and is empty when in doubt, never longer: `/api/v[0-9]+` gives `/api/v`.
 */
export function literalPrefix(wholePattern: string): string {
  // Anchors change nothing where the whole text must match.
  const pattern = wholePattern.replace(/^\^/, '');
  const end = pattern.search(/[\\.[\](){}*+?|^$]/);
  if (end === -1) return pattern;
  if (hasTopLevelAlternative(pattern, end)) return '';
  // What may make the character before it absent: a quantifier, also one behind a group of flags or an empty
  // quotation, which both are nothing of their own. Surrogate pairs are one character.
  const mayBeAbsent = /^(?:[*?{]|\(\?|\\[QE])/.test(pattern.slice(end));
  if (mayBeAbsent) return [...pattern.slice(0, end)].slice(0, -1).join('');
  return pattern.slice(0, end);
}

/** Whether a `|` stands outside of all groups, or may. */
function hasTopLevelAlternative(pattern: string, from: number): boolean {
  let depth = 0;
  for (let i = from; i < pattern.length; i++) {
    switch (pattern.charAt(i)) {
      case '\\':
        if (pattern.charAt(i + 1) === 'Q') return true;
        i++;
        break;
      case '[':
        i = endOfClass(pattern, i);
        break;
      case '(':
        depth++;
        break;
      case ')':
        depth--;
        break;
      case '|':
        if (depth <= 0) return true;
        break;
    }
  }
  return false;
}

/** Index of the `]` that ends the class beginning at `start`; a `]` in its first place is a member. */
function endOfClass(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern.charAt(i) === '^') i++;
  if (pattern.charAt(i) === ']') i++;
  for (; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === ']') return i;
    if (character === '\\') i++;
    else if (pattern.startsWith('[:', i)) {
      const end = pattern.indexOf(':]', i + 2);
      if (end !== -1) i = end + 1;
    }
  }
  return pattern.length;
}
