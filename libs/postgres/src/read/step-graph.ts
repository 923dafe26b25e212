import type { StepRow } from './step-row';

/** The steps of a task as a graph: who comes after whom. Linear in steps and dependencies. @internal */
export class StepGraph {
  private readonly children = new Map<number, number[]>();
  private readonly byPosition = new Map<number, StepRow>();

  constructor(rows: readonly StepRow[]) {
    for (const row of rows) {
      this.byPosition.set(row.position, row);
      for (const parent of row.parentPositions) {
        const siblings = this.children.get(parent);
        if (siblings) siblings.push(row.position);
        else this.children.set(parent, [row.position]);
      }
    }
  }

  /** Steps that depend on it directly, by position. */
  dependents(position: number): StepRow[] {
    return this.rowsOf(this.children.get(position) ?? []);
  }

  /** Steps with exactly the parents of this one, by position; without itself. */
  siblings({ position, parentPositions }: StepRow): StepRow[] {
    const own = new Set(parentPositions);
    const isSibling = (row: StepRow): boolean =>
      row.position !== position &&
      row.parentPositions.length === own.size &&
      row.parentPositions.every((parent) => own.has(parent));
    return [...this.byPosition.values()].filter(isSibling);
  }

  /** Every step after it, by position. */
  descendants(position: number): StepRow[] {
    const seen = new Set<number>();
    const open = [...(this.children.get(position) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(this.children.get(next) ?? []));
    }
    return this.rowsOf([...seen].sort((a, b) => a - b));
  }

  private rowsOf(positions: readonly number[]): StepRow[] {
    return positions.flatMap((position) => this.byPosition.get(position) ?? []);
  }
}
