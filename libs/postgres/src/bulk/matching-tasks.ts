import {
  compileContextValidator,
  isTaskerError,
  type OperatorAct,
  type OperatorCommand,
  type TaskPlan,
} from '@tasker/core';
import type { ClientBase } from 'pg';
import type { ActOutcome } from '../operate/act-many';
import { taskFilterSql } from '../read/task-filter-sql';
import type { OperatorStore } from '../operate/operator-store';
import { withSchema } from '../database/with-schema';
import type { TaskFilter } from '@tasker/core';
import { matching } from './bulk-statements';

/** A task the filter has found. */
export interface MatchingTask {
  readonly id: string;
  readonly templateId: number;
  readonly context: Record<string, unknown>;
}

/** Which stretch of the tasks to look through. */
export interface Stretch {
  readonly after: string;
  readonly until: string;
  readonly limit: number;
}

/** What is needed to apply a command to tasks. @public */
export interface BulkDeps {
  readonly operator: OperatorStore;
  readonly plan: (templateId: number) => TaskPlan | Promise<TaskPlan>;
  readonly schema: string;
}

/** The next tasks that match, ascending. */
export async function findMatching(
  client: ClientBase,
  { schema }: BulkDeps,
  filter: TaskFilter,
  { after, until, limit }: Stretch,
): Promise<MatchingTask[]> {
  const values: unknown[] = [after, until, limit];
  const sql = withSchema(matching(taskFilterSql(filter, values)), schema);
  return (await client.query<MatchingTask>(sql, values)).rows;
}

/** Applies the command in the transaction of `client`; inputs that a task's template does not allow refuse that task. */
export async function applyTo(
  client: ClientBase,
  { operator, plan }: BulkDeps,
  tasks: readonly MatchingTask[],
  command: OperatorCommand,
  act: OperatorAct,
): Promise<ActOutcome[]> {
  const refused: ActOutcome[] = [];
  const sound: string[] = [];
  const validators = new Map<number, (context: unknown) => unknown>();
  const inputs = 'inputs' in command ? command.inputs : undefined;
  for (const { id, templateId, context } of tasks) {
    if (inputs) {
      const validate =
        validators.get(templateId) ?? compileContextValidator((await plan(templateId)).definition.contextSchema);
      validators.set(templateId, validate);
      try {
        validate({ ...context, ...inputs });
      } catch (error) {
        if (!isTaskerError(error)) throw error;
        refused.push({ taskId: id, refused: error });
        continue;
      }
    }
    sound.push(id);
  }
  if (sound.length === 0) return refused;
  return [...refused, ...(await operator.actMany(client, sound, command, act))];
}
