/** What a trie keeps: something with a place in the order in which routes are tried. */
export interface Ordered {
  readonly order: number;
}

/** One text of the trie with everything kept under it. */
export interface TrieNode<T extends Ordered> {
  /** What the edge from the parent adds. */
  edge: string;
  /** By the first character code of their edges. */
  children: Map<number, TrieNode<T>> | null;
  /** Lowest order first. */
  readonly values: T[];
  /** The nearest node above that has values. */
  shorter: TrieNode<T> | null;
  /** Lowest order among the values here and in all `shorter` nodes. */
  lowest: number;
}

/**
 * A radix tree over texts: finds all kept texts that a path begins with, in time that depends on the path
 * alone. Built once, then only read.
 */
export class PathTrie<T extends Ordered> {
  readonly #root: TrieNode<T>;

  constructor(entries: Iterable<readonly [text: string, value: T]>) {
    this.#root = newNode('');
    for (const [text, value] of entries) {
      nodeOf(this.#root, text).values.push(value);
    }
    link(this.#root);
  }

  /** The longest kept text that `path` begins with; `shorter` leads on. No allocation. */
  longest(path: string): TrieNode<T> | null {
    let node = this.#root;
    let best: TrieNode<T> | null = node.values.length === 0 ? null : node;
    let position = 0;
    while (node.children !== null && position < path.length) {
      const child = node.children.get(path.charCodeAt(position));
      if (child === undefined || !path.startsWith(child.edge, position)) break;
      position += child.edge.length;
      node = child;
      if (node.values.length !== 0) best = node;
    }
    return best;
  }
}

function newNode<T extends Ordered>(edge: string): TrieNode<T> {
  return { edge, children: null, values: [], shorter: null, lowest: Number.POSITIVE_INFINITY };
}

/** The node of `text`, made when it is not there. */
function nodeOf<T extends Ordered>(root: TrieNode<T>, text: string): TrieNode<T> {
  let node = root;
  let rest = text;
  while (rest !== '') {
    node.children ??= new Map();
    const code = rest.charCodeAt(0);
    const child = node.children.get(code);
    if (child === undefined) {
      const leaf = newNode<T>(rest);
      node.children.set(code, leaf);
      return leaf;
    }
    const shared = sharedLength(child.edge, rest);
    if (shared === child.edge.length) {
      node = child;
    } else {
      const middle = newNode<T>(child.edge.slice(0, shared));
      child.edge = child.edge.slice(shared);
      middle.children = new Map([[child.edge.charCodeAt(0), child]]);
      node.children.set(code, middle);
      node = middle;
    }
    rest = rest.slice(shared);
  }
  return node;
}

function sharedLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left.charCodeAt(length) === right.charCodeAt(length)) length++;
  return length;
}

/** Sorts values and fills `shorter` and `lowest`; a stack of its own, because depth is the users' choice. */
function link<T extends Ordered>(root: TrieNode<T>): void {
  const waiting: { node: TrieNode<T>; above: TrieNode<T> | null }[] = [{ node: root, above: null }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, above } = next;
    node.values.sort((a, b) => a.order - b.order);
    node.shorter = above;
    node.lowest = Math.min(
      node.values[0]?.order ?? Number.POSITIVE_INFINITY,
      above?.lowest ?? Number.POSITIVE_INFINITY,
    );
    for (const child of node.children?.values() ?? []) {
      waiting.push({ node: child, above: node.values.length === 0 ? above : node });
    }
  }
}
