import { taskStateOf, type SettlementReceipt, type StepKey } from '@tasker/core';

/** Columns of settle-steps.sql and settle-graph.sql. Lists are texts with commas between; null is an empty one. */
export interface ReceiptRow {
  started_task: string | null;
  started_position: string | null;
  ready_task: string | null;
  ready_position: string | null;
  queued: number | string;
  ended_task: string | null;
  ended_state: string | null;
  declined_task: string | null;
  declined_position: string | null;
  at_ms: number | string;
}

/** What a settlement brought about; numbers may be texts, where the driver is the host's. */
export const readReceipt = (row: ReceiptRow): SettlementReceipt => {
  const states = listOf(row.ended_state);
  return {
    started: keysOf(row.started_task, row.started_position),
    ready: keysOf(row.ready_task, row.ready_position),
    queued: Number(row.queued),
    ended: listOf(row.ended_task).map((taskId, index) => ({ taskId, state: taskStateOf(Number(states[index] ?? -1)) })),
    declined: keysOf(row.declined_task, row.declined_position),
    at: Number(row.at_ms),
  };
};

function keysOf(tasks: string | null, positions: string | null): StepKey[] {
  const places = listOf(positions);
  return listOf(tasks).map((taskId, index) => ({ taskId, position: Number(places[index] ?? -1) }));
}

/** The entries of a list; null is an empty one. */
export const listOf = (text: string | null): string[] => (text ? text.split(',') : []);
