import {
  decideAct,
  isTaskerError,
  TaskerError,
  touchesSteps,
  type OperatorAct,
  type OperatorCommand,
  type OperatorReceipt,
  type StandingTask,
  type TaskPlan,
} from '@tasker/core';
import type { ClientBase } from 'pg';
import type { Statements } from '../database/statements';
import { receiptOf, unchanged } from './act-receipt';
import { applyActs, type DecidedTask } from './apply-acts';
import { lockTasks } from './lock-tasks';
import { setTimers } from './set-timers';

/** What became of one task of several: a receipt, or the error that refused it. @public */
export type ActOutcome =
  | { readonly taskId: string; readonly task: StandingTask; readonly receipt: OperatorReceipt }
  | { readonly taskId: string; readonly refused: TaskerError };

export interface ActDeps {
  readonly statements: Statements;
  readonly channel: string;
  readonly plan: (templateId: number) => TaskPlan | Promise<TaskPlan>;
  readonly now: () => number;
}

/**
 * Applies a command to tasks inside the transaction of `client`: locks them, decides about each as it stands, writes what
 * was decided in one statement, and announces it with the commit.
 *
 * @returns in the order of the ids
 */
export async function actMany(
  client: ClientBase,
  deps: ActDeps,
  taskIds: readonly string[],
  command: OperatorCommand,
  act: OperatorAct,
): Promise<ActOutcome[]> {
  const whole = touchesSteps(command);
  const standing = await lockTasks(client, deps.statements, taskIds, whole);
  const outcomes = new Map<string, ActOutcome>();
  const decided: (DecidedTask & { readonly plan: TaskPlan })[] = [];
  for (const taskId of taskIds) {
    const task = standing.get(taskId);
    try {
      if (!task) throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${taskId}.`, { data: { taskId } });
      checkVersion(task, act);
      const plan = await deps.plan(task.templateId);
      const decision = decideAct(plan, task, command);
      if (decision) decided.push({ task, act: decision, plan });
      else outcomes.set(taskId, { taskId, task, receipt: unchanged(task, command, deps.now()) });
    } catch (error) {
      if (!isTaskerError(error)) throw error;
      outcomes.set(taskId, { taskId, refused: error });
    }
  }
  const order = { command, act, whole };
  for (const outcome of await apply(client, deps, decided, order)) outcomes.set(outcome.taskId, outcome);
  return taskIds.flatMap((taskId) => outcomes.get(taskId) ?? []);
}

async function apply(
  client: ClientBase,
  { statements, channel }: ActDeps,
  decided: readonly (DecidedTask & { readonly plan: TaskPlan })[],
  order: Parameters<typeof applyActs>[3],
): Promise<ActOutcome[]> {
  if (decided.length === 0) return [];
  const rows = await applyActs(client, statements, decided, order);
  await setTimers(client, statements, decided, order.command, rows);
  // No count of steps: whoever hears it looks both for steps to take and for steps it has lost.
  await client.query(statements.get('engine/announce'), [channel, 'operated']);
  return decided.map(({ plan, ...one }) => {
    const row = rows.get(one.task.taskId);
    if (!row) throw new TypeError(`nothing was written for task ${one.task.taskId}`);
    return { taskId: one.task.taskId, task: one.task, receipt: receiptOf(plan, one, order.command, row) };
  });
}

function checkVersion({ taskId, lockVersion }: StandingTask, { ifVersion }: OperatorAct): void {
  if (ifVersion === undefined || ifVersion === lockVersion) return;
  throw new TaskerError('TSK_VERSION_CONFLICT', `Task ${taskId} has version ${lockVersion}, not ${ifVersion}.`, {
    data: { taskId, lockVersion },
  });
}
