import type { DecidedSettlement } from './decide-settlement';
import type { TaskPlan } from '../template/task-plan';

/** An attempt whose outcome is decided, as plain data: all that planning knows of it. */
export interface DecidedOutcome {
  readonly taskId: string;
  readonly plan: TaskPlan;
  readonly priority: number;
  readonly position: number;
  readonly attempt: number;
  /** Whose attempt it is. */
  readonly worker: number;
  readonly decided: DecidedSettlement;
}

/**
 * The order in which rows are locked: by task, as a number, and position. Operators keep to it as well, so that neither
 * waits for the other in a circle.
 */
export function byTaskAndPosition(
  one: { readonly taskId: string; readonly position: number },
  other: { readonly taskId: string; readonly position: number },
): number {
  const a = one.taskId;
  const b = other.taskId;
  if (a === b) return one.position - other.position;
  return a.length - b.length || (a < b ? -1 : 1);
}
