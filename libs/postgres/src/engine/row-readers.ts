import {
  STEP_STATES,
  TASK_STATES,
  type ClaimedStep,
  type PromotedSteps,
  type RevokedStep,
  type SettlementReceipt,
  type StepKey,
  type StepStanding,
  type StepState,
  type TaskState,
} from '@tasker/core';

/** Columns of claim-steps.sql and held-steps.sql; the latter has no place in the queue. */
export interface StepRow {
  task_id: string;
  position: number;
  template_id: number;
  attempt: number;
  waited_ms: number;
  lane_id?: number;
  seq?: string;
  priority: number;
  correlation_id: string;
  trace_parent: string | null;
  bypass: number[] | null;
  context: string;
  checkpoint: string | null;
  granted: number;
  inputs: string | null;
  lock_version: number;
  began?: boolean;
  at_ms: string;
}

/** Columns of settle-steps.sql. */
export interface ReceiptRow {
  started_task: string[] | null;
  started_position: number[] | null;
  ready_task: string[] | null;
  ready_position: number[] | null;
  queued: number;
  ended_task: string[];
  ended_state: number[] | null;
  declined_task: string[] | null;
  declined_position: number[] | null;
  at_ms: string;
}

export const readClaimed = (row: StepRow): ClaimedStep => ({
  taskId: row.task_id,
  position: row.position,
  templateId: row.template_id,
  attempt: row.attempt,
  priority: row.priority,
  correlationId: row.correlation_id,
  traceParent: row.trace_parent,
  bypass: row.bypass ?? [],
  context: row.context,
  checkpoint: row.checkpoint,
  granted: row.granted,
  inputs: row.inputs,
  lockVersion: row.lock_version,
  began: row.began ?? false,
  startedAt: Number(row.at_ms),
  waitedMs: row.waited_ms,
  queued: row.lane_id === undefined || row.seq === undefined ? null : { laneId: row.lane_id, seq: row.seq },
});

export const readReceipt = (row: ReceiptRow): SettlementReceipt => ({
  started: zipKeys(row.started_task, row.started_position),
  ready: zipKeys(row.ready_task, row.ready_position),
  queued: row.queued,
  ended: row.ended_task.map((taskId, index) => ({ taskId, state: taskState(row.ended_state?.[index] ?? -1) })),
  declined: zipKeys(row.declined_task, row.declined_position),
  at: Number(row.at_ms),
});

export const zipKeys = (tasks: string[] | null, positions: number[] | null): StepKey[] =>
  (tasks ?? []).map((taskId, index) => ({ taskId, position: positions?.[index] ?? -1 }));

/** @throws {RangeError} for a code this version does not know */
export function stepState(code: number): StepState {
  const state = STEP_STATES[code];
  if (state === undefined) throw new RangeError(`unknown step state ${code}`);
  return state;
}

/** @throws {RangeError} for a code this version does not know */
export function taskState(code: number): TaskState {
  const state = TASK_STATES[code];
  if (state === undefined) throw new RangeError(`unknown task state ${code}`);
  return state;
}

/** Columns of promote-delayed.sql. */
export interface PromotedRow {
  ready_task: string[] | null;
  ready_position: number[] | null;
  ready_template: number[] | null;
  ready_correlation: string[] | null;
  next_due_ms: number | null;
  at_ms: string;
}

export const readPromoted = (row: PromotedRow): PromotedSteps => ({
  promoted: (row.ready_task ?? []).map((taskId, index) => ({
    taskId,
    position: row.ready_position?.[index] ?? -1,
    templateId: row.ready_template?.[index] ?? -1,
    correlationId: row.ready_correlation?.[index] ?? '',
  })),
  nextDueMs: row.next_due_ms,
  at: Number(row.at_ms),
});

/** Columns of revoked-steps.sql. */
export interface RevokedRow {
  task_id: string;
  position: number;
  attempt: number;
  state: number | null;
  actor: string | null;
  reason: string | null;
}

export const readRevoked = ({ task_id, state, ...row }: RevokedRow): RevokedStep => ({
  ...row,
  taskId: task_id,
  state: state === null ? null : stepState(state),
});

/** Columns of step-standings.sql. */
export interface StandingRow {
  task_id: string;
  position: number;
  attempt: number;
  ended: number | null;
  at_ms: string;
}

export const readStanding = (row: StandingRow): StepStanding => ({
  taskId: row.task_id,
  position: row.position,
  attempt: row.attempt,
  ended: row.ended === null ? null : taskState(row.ended),
  at: Number(row.at_ms),
});
