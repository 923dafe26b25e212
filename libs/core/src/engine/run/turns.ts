/** Lets in so many at a time, the others in the order they came. Who comes are steps in hand, which are bounded. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private inside = 0;

  constructor(private readonly places: number) {}

  /** How many are inside or wait. */
  get taken(): number {
    return this.inside + this.waiting.length;
  }

  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside < this.places) this.inside++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The place passes on; nobody who comes in between is let in before.
      if (next) next();
      else this.inside--;
    }
  }
}
