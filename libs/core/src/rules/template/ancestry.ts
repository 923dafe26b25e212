import type { StepTemplateDefinition } from './definition';

type Node = Pick<StepTemplateDefinition, 'name' | 'dependsOn'>;

/** Who runs before whom, asked by name. Nothing is worked out but what is asked. @internal */
export class Ancestry {
  private readonly parentsOf: ReadonlyMap<string, readonly string[]>;

  constructor(steps: readonly Node[]) {
    this.parentsOf = new Map(steps.map(({ name, dependsOn }) => [name, dependsOn]));
  }

  /** Names of all steps. */
  get names(): Iterable<string> {
    return this.parentsOf.keys();
  }

  /** Whether `step` waits for `other`, directly or through others. */
  isBefore(other: string, step: string): boolean {
    const parents = this.parentsOf.get(step) ?? [];
    if (parents.includes(other)) return true;
    // A set is walked in the order in which it grows.
    const above = new Set(parents);
    for (const name of above) {
      for (const parent of this.parentsOf.get(name) ?? []) {
        if (parent === other) return true;
        above.add(parent);
      }
    }
    return false;
  }
}
