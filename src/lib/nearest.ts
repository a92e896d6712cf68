/** Words come from outside: comparing long ones would take long. */
const MAX_LENGTH = 100;

/**
 * The known word that somebody most likely meant: the fewest edits (insert, delete, replace, swap), at most a third
 * of the longer word's length.
 *
 * @returns undefined when nothing is near, or the word is longer than any name.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestEdits = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < bestEdits && edits <= Math.max(word.length, candidate.length) / 3) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** Text to put behind an error about an unknown word: `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>, format = JSON.stringify): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : `; did you mean ${format(meant)}?`;
}

/** Edits, two swapped neighbours being one. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
