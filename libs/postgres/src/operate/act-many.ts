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
import { bigints, smallints } from '../database/binary-array';
import type { Statements } from '../database/statements';
import { receiptOf, unchanged } from './act-receipt';
import { applyParameters, readStanding, type AppliedRow, type DecidedTask, type StandingRow } from './act-rows';

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
  const { rows } = await client.query<StandingRow>(deps.statements.get('operate/lock'), [bigints(taskIds), whole]);
  const standing = new Map(rows.map((row) => [row.task_id, readStanding(row)]));
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
  for (const outcome of await apply(client, deps, decided, command, act, whole)) outcomes.set(outcome.taskId, outcome);
  return taskIds.flatMap((taskId) => outcomes.get(taskId) ?? []);
}

async function apply(
  client: ClientBase,
  { statements, channel }: ActDeps,
  decided: readonly (DecidedTask & { readonly plan: TaskPlan })[],
  command: OperatorCommand,
  act: OperatorAct,
  whole: boolean,
): Promise<ActOutcome[]> {
  if (decided.length === 0) return [];
  const values = [act.actor, act.reason ?? null, ...applyParameters(decided, command, whole)];
  const { rows } = await client.query<AppliedRow>(statements.get('operate/apply'), values);
  if (command.verb === 'set_priority') {
    const ids = bigints(decided.map(({ task }) => task.taskId));
    const before = smallints(decided.map(({ task }) => task.priority));
    await client.query(statements.get('operate/requeue'), [ids, before]);
  }
  // No count of steps: whoever hears it looks both for steps to take and for steps it has lost.
  await client.query(statements.get('engine/announce'), [channel, 'operated']);
  const byId = new Map(rows.map((row) => [row.task_id, row]));
  return decided.map(({ plan, ...one }) => {
    const row = byId.get(one.task.taskId);
    if (!row) throw new TypeError(`nothing was written for task ${one.task.taskId}`);
    return { taskId: one.task.taskId, task: one.task, receipt: receiptOf(plan, one, command, row) };
  });
}

function checkVersion({ taskId, lockVersion }: StandingTask, { ifVersion }: OperatorAct): void {
  if (ifVersion === undefined || ifVersion === lockVersion) return;
  throw new TaskerError('TSK_VERSION_CONFLICT', `Task ${taskId} has version ${lockVersion}, not ${ifVersion}.`, {
    data: { taskId, lockVersion },
  });
}
