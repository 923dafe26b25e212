import type { StandingTask, StepState } from '@tasker/core';
import type { ClientBase } from 'pg';
import { bigints } from '../database/binary-array';
import { stepStateOf, taskStateOf } from '@tasker/core';
import type { Statements } from '../database/statements';

/** Columns of lock.sql. */
interface LockedRow {
  task_id: string;
  template_id: number;
  state: number;
  hold: boolean;
  priority: number;
  lock_version: number;
  correlation_id: string;
  positions: number[] | null;
  states: number[] | null;
}

/**
 * Locks tasks and tells how they stand.
 *
 * @param whole with their steps
 * @returns by id; without those that do not exist
 */
export async function lockTasks(
  client: ClientBase,
  statements: Statements,
  taskIds: readonly string[],
  whole: boolean,
): Promise<ReadonlyMap<string, StandingTask>> {
  const { rows } = await client.query<LockedRow>(statements.get('operate/lock'), [bigints(taskIds), whole]);
  return new Map(rows.map((row) => [row.task_id, readLocked(row)]));
}

const readLocked = (row: LockedRow): StandingTask => ({
  taskId: row.task_id,
  templateId: row.template_id,
  state: taskStateOf(row.state),
  hold: row.hold,
  priority: row.priority,
  lockVersion: row.lock_version,
  correlationId: row.correlation_id,
  steps: byPosition(row.positions ?? [], row.states ?? []),
});

/** @param positions ascending, with holes where other revisions of the template have steps */
function byPosition(positions: readonly number[], states: readonly number[]): (StepState | null)[] {
  const steps = new Array<StepState | null>((positions.at(-1) ?? -1) + 1).fill(null);
  states.forEach((state, index) => (steps[positions[index] ?? 0] = stepStateOf(state)));
  return steps;
}
