import {
  STEP_STATE_CODES,
  TASK_STATE_CODES,
  verbFields,
  type DecidedAct,
  type OperatorAct,
  type OperatorCommand,
  type StandingTask,
} from '@tasker/core';
import type { ClientBase } from 'pg';
import { bigints, booleans, smallints, texts } from '../database/binary-array';
import type { Statements } from '../database/statements';

/** Columns of apply.sql. */
export interface AppliedRow {
  task_id: string;
  state: number;
  hold: boolean;
  priority: number;
  lock_version: number;
  ready_position: number[] | null;
  /** Steps that branches left out, as follows from the act. */
  left_position: number[] | null;
  ended_state: number | null;
  at_ms: string;
}

/** A task with what was decided about it. */
export interface DecidedTask {
  readonly task: StandingTask;
  readonly act: DecidedAct;
}

/**
 * Writes what was decided about locked tasks, with new places in the queue when their priority changed.
 *
 * @param whole whether the steps were locked, too
 * @returns by id of the task
 */
export async function applyActs(
  client: ClientBase,
  statements: Statements,
  decided: readonly DecidedTask[],
  { command, act, whole }: { readonly command: OperatorCommand; readonly act: OperatorAct; readonly whole: boolean },
): Promise<ReadonlyMap<string, AppliedRow>> {
  const values = [act.actor, act.reason ?? null, ...applyParameters(decided, command, whole)];
  const { rows } = await client.query<AppliedRow>(statements.get('operate/apply'), values);
  const moved = decided.filter(({ act: { task } }) => task.priority !== undefined);
  if (moved.length > 0) {
    const ids = bigints(moved.map(({ task }) => task.taskId));
    const before = smallints(moved.map(({ task }) => task.priority));
    await client.query(statements.get('operate/requeue'), [ids, before]);
  }
  return new Map(rows.map((row) => [row.task_id, row]));
}

/** Parameters 3 to 9 of apply.sql. */
function applyParameters(decided: readonly DecidedTask[], command: OperatorCommand, whole: boolean): unknown[] {
  const moves = decided.flatMap(({ task, act }) => act.moves.map((move) => ({ taskId: task.taskId, ...move })));
  return [
    JSON.stringify(decided.map(({ task, act }) => taskChange(task.taskId, act, command, whole))),
    bigints(moves.map((move) => move.taskId)),
    smallints(moves.map((move) => move.position)),
    smallints(moves.map((move) => STEP_STATE_CODES[move.to])),
    texts(moves.map((move) => move.result)),
    texts(moves.map((move) => move.inputs)),
    booleans(moves.map((move) => move.again)),
  ];
}

/** A reason goes as a list of one, because a null of its own would mean that it stays. */
function taskChange(taskId: string, { task }: DecidedAct, command: OperatorCommand, whole: boolean): object {
  const { state, reason, ...rest } = task;
  return {
    ...{ task: taskId, whole, metadata: metadataOf(command), ...rest },
    ...(state && { state: TASK_STATE_CODES[state] }),
    ...(reason !== undefined && { reason: [reason] }),
  };
}

/** Kept with the transition: the verb, and those of its fields that the table of verbs says. */
function metadataOf({ verb, ...fields }: OperatorCommand): object {
  const known = verbFields(verb);
  return { verb, ...Object.fromEntries(Object.entries(fields).filter(([name]) => known[name]?.audited)) };
}
