import { hasTimers, type OperatorCommand, type TaskPlan } from '@tasker/core';
import type { ClientBase } from 'pg';
import { bigints, smallints } from '../database/binary-array';
import type { Statements } from '../database/statements';
import type { AppliedRow, DecidedTask } from './apply-acts';

/** What an act means for the times of tasks: steps that are ready begin anew, and what stood still goes on. */
export async function setTimers(
  client: ClientBase,
  statements: Statements,
  decided: readonly (DecidedTask & { readonly plan: TaskPlan })[],
  command: OperatorCommand,
  rows: ReadonlyMap<string, AppliedRow>,
): Promise<void> {
  const timed = decided.filter(({ plan }) => hasTimers(plan));
  if (timed.length === 0) return;
  if (command.verb === 'resume') {
    await client.query(statements.get('budgets/shift-task'), [bigints(timed.map(({ task }) => task.taskId))]);
  }
  const ready = timed.flatMap(({ task: { taskId }, act }) => [
    ...act.moves.filter(({ to, again }) => to === 'ready' && again).map(({ position }) => ({ taskId, position })),
    ...(rows.get(taskId)?.ready_position ?? []).map((position) => ({ taskId, position })),
  ]);
  if (ready.length === 0) return;
  const places = [bigints(ready.map(({ taskId }) => taskId)), smallints(ready.map(({ position }) => position))];
  await client.query(statements.get('budgets/arm-steps'), places);
}
