import type { StepWait, WaitKey, WokenWaits } from '@tasker/core';
import { bigints, integers, smallints } from '../database/binary-array';
import type { TaskerDatabase } from '../database/tasker-database';

/** Columns of read-waits.sql. */
interface WaitRow {
  task_id: string;
  position: number;
  kind: StepWait['kind'];
  woken_by: StepWait['wokenBy'];
  signals: StepWait['signals'] | null;
  approval: StepWait['approval'];
}

/** Columns of wake-waits.sql; lists are texts with commas between, null is an empty one. */
interface WokenRow {
  woken: number;
  escalated: string | null;
  timed_out: string | null;
  next_due_ms: string | null;
  at_ms: number;
}

/** What waits have come to, in the order of the keys; null where there is none. */
export async function readWaits(database: TaskerDatabase, keys: readonly WaitKey[]): Promise<(StepWait | null)[]> {
  const values = [
    bigints(keys.map(({ taskId }) => taskId)),
    smallints(keys.map(({ position }) => position)),
    integers(keys.map(({ generation }) => generation)),
  ];
  const { rows } = await database.run<WaitRow>(database.control, 'waits/read-waits', values);
  return keys.map(({ taskId, position }) => {
    const row = rows.find((found) => found.task_id === taskId && found.position === position);
    if (!row) return null;
    return { kind: row.kind, wokenBy: row.woken_by, signals: row.signals ?? [], approval: row.approval };
  });
}

/** Wakes waits that are due. */
export async function wakeWaits(database: TaskerDatabase, limit: number): Promise<WokenWaits> {
  const { rows } = await database.run<WokenRow>(database.claimer, 'waits/wake-waits', [limit]);
  const row = rows[0] as WokenRow;
  return {
    woken: row.woken,
    escalated: listOf(row.escalated),
    timedOut: listOf(row.timed_out),
    nextDueMs: row.next_due_ms === null ? null : Number(row.next_due_ms),
    at: row.at_ms,
  };
}

const listOf = (text: string | null): string[] => (text ? text.split(',') : []);
