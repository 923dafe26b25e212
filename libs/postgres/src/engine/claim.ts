import { StoreRefusedError, type ClaimedStep, type ClaimRequest } from '@tasker/core';
import { bigints, integers } from '../database/binary-array';
import type { TaskerDatabase } from '../database/tasker-database';

/** Columns of claim-steps.sql and held-steps.sql; the former has the place in the queue, the latter what the row says. */
interface StepRow {
  task_id: string;
  position: number;
  template_id: number;
  attempt: number;
  waited_ms: string;
  lane_id?: number;
  seq?: string;
  priority: number;
  correlation_id: string;
  trace_parent: string | null;
  bypass: number[] | null;
  context: string;
  checkpoint: string | null;
  granted: number;
  generation: number;
  inputs: string | null;
  admitted: boolean;
  ran?: number;
  lock_version: number;
  began?: boolean;
  at_ms: string | number;
  requested_ms: string | number;
}

/** Takes queued steps for a worker, by rank and age. */
export async function claim(
  database: TaskerDatabase,
  { workerId, lanes, fromSeq, limit }: ClaimRequest,
): Promise<ClaimedStep[]> {
  const run = async (careful: boolean): Promise<ClaimedStep[]> => {
    const values = [workerId, integers(lanes), bigints(fromSeq), limit, careful];
    const { rows } = await database.run<Required<StepRow>>(database.claimer, 'engine/claim-steps', values);
    return rows.map(readClaimed);
  };
  try {
    return await run(false);
  } catch (error) {
    // An operator has touched a step that waits in the queue, so that it has a row already: nearly never.
    if (error instanceof StoreRefusedError && error.duplicateKey) return run(true);
    throw error;
  }
}

/** Every step in a worker's hands, by task and position. */
export async function stepsInHand(database: TaskerDatabase, workerId: number, limit: number): Promise<ClaimedStep[]> {
  const { rows } = await database.run<StepRow>(database.control, 'engine/held-steps', [workerId, limit]);
  return rows.map(readClaimed);
}

const readClaimed = (row: StepRow): ClaimedStep => ({
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
  generation: row.generation,
  admitted: row.admitted,
  ran: row.ran,
  inputs: row.inputs,
  lockVersion: row.lock_version,
  began: row.began ?? false,
  startedAt: Number(row.at_ms),
  requestedAt: Number(row.requested_ms),
  waitedMs: Number(row.waited_ms),
  queued: row.lane_id === undefined || row.seq === undefined ? null : { laneId: row.lane_id, seq: row.seq },
});
