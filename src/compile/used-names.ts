/** Which names are used, and by whom: a thing is published while at least one host uses it. */
export class UsedNames {
  readonly #namesOf = new Map<string, ReadonlySet<string>>();
  readonly #usersOf = new Map<string, Set<string>>();

  /**
   * Replaces the names that `user` uses; an empty set forgets it.
   *
   * @returns Names that nobody used before, and names that nobody uses any more.
   */
  set(user: string, names: ReadonlySet<string>): { readonly added: string[]; readonly gone: string[] } {
    const before = this.#namesOf.get(user) ?? new Set();
    const added: string[] = [];
    const gone: string[] = [];
    for (const name of names) {
      const users = this.#usersOf.get(name);
      if (users !== undefined) users.add(user);
      else {
        this.#usersOf.set(name, new Set([user]));
        added.push(name);
      }
    }
    for (const name of before) {
      if (names.has(name)) continue;
      const users = this.#usersOf.get(name);
      users?.delete(user);
      if (users?.size !== 0) continue;
      this.#usersOf.delete(name);
      gone.push(name);
    }
    if (names.size === 0) this.#namesOf.delete(user);
    else this.#namesOf.set(user, names);
    return { added, gone };
  }

  has(name: string): boolean {
    return this.#usersOf.has(name);
  }

  usersOf(name: string): ReadonlySet<string> {
    return this.#usersOf.get(name) ?? new Set();
  }
}
