import {
  STEP_STATES,
  TASK_STATES,
  type DecidedAct,
  type OperatorCommand,
  type StandingTask,
  verbFields,
} from '@tasker/core';
import { bigints, booleans, smallints, texts } from '../stores/binary-array';
import { stepState, taskState } from '../stores/row-readers';

/** Columns of operate-lock.sql. */
export interface StandingRow {
  task_id: string;
  template_id: number;
  state: number;
  hold: boolean;
  priority: number;
  lock_version: number;
  correlation_id: string;
  states: number[] | null;
}

/** Columns of operate-apply.sql. */
export interface AppliedRow {
  task_id: string;
  state: number;
  hold: boolean;
  priority: number;
  lock_version: number;
  ready_position: number[] | null;
  ended_state: number | null;
  at_ms: string;
}

/** A task with what was decided about it. */
export interface DecidedTask {
  readonly task: StandingTask;
  readonly act: DecidedAct;
}

export const readStanding = (row: StandingRow): StandingTask => ({
  taskId: row.task_id,
  templateId: row.template_id,
  state: taskState(row.state),
  hold: row.hold,
  priority: row.priority,
  lockVersion: row.lock_version,
  correlationId: row.correlation_id,
  steps: (row.states ?? []).map(stepState),
});

/** Parameters 3 to 9 of operate-apply.sql. */
export function applyParameters(decided: readonly DecidedTask[], command: OperatorCommand, whole: boolean): unknown[] {
  const moves = decided.flatMap(({ task, act }) => act.moves.map((move) => ({ taskId: task.taskId, ...move })));
  return [
    JSON.stringify(decided.map(({ task, act }) => taskChange(task.taskId, act, command, whole))),
    bigints(moves.map((move) => move.taskId)),
    smallints(moves.map((move) => move.position)),
    smallints(moves.map((move) => STEP_STATES.indexOf(move.to))),
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
    ...(state && { state: TASK_STATES.indexOf(state) }),
    ...(reason !== undefined && { reason: [reason] }),
  };
}

/** Kept with the transition: the verb, and those of its fields that the table of verbs says. */
function metadataOf({ verb, ...fields }: OperatorCommand): object {
  const known = verbFields(verb);
  return { verb, ...Object.fromEntries(Object.entries(fields).filter(([name]) => known[name]?.audited)) };
}
