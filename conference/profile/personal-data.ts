/** A person's data across features: each registers its part once, so that a person can see, take and delete all of it. */

export type PersonalPart = {
  /** Under this name in the export, e.g. `registrations`. */
  readonly name: string;
  /** Plain JSON of what is kept about the person; undefined: nothing. */
  export(userId: string): Promise<unknown>;
  /** Deletes it. What must be kept (orders, audit lines) loses name, phone and address. May be called again after a failure. */
  erase(userId: string): Promise<void>;
  /** Two accounts turned out to be one person: what belongs to `from` goes to `to`, which wins where both have one. */
  move?(from: string, to: string): Promise<void>;
};

export class PersonalData {
  readonly #parts = new Map<string, PersonalPart>();

  /** Throws when the name is taken. */
  register(part: PersonalPart): void {
    if (this.#parts.has(part.name)) throw new Error(`personal data must have one part ${part.name}`);
    this.#parts.set(part.name, part);
  }

  async export(userId: string): Promise<Record<string, unknown>> {
    const all: Record<string, unknown> = {};
    for (const part of this.#parts.values()) {
      const data = await part.export(userId);
      if (data !== undefined) all[part.name] = data;
    }
    return all;
  }

  /** Last registered first, so that what refers to a thing goes before it. Rejects at the first part that fails: the account stays. */
  async erase(userId: string): Promise<void> {
    for (const part of [...this.#parts.values()].toReversed()) await part.erase(userId);
  }

  async move(from: string, to: string): Promise<void> {
    for (const part of this.#parts.values()) await part.move?.(from, to);
  }
}
