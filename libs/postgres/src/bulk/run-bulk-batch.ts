import type { OperatorAct } from '@tasker/core';
import type { ClientBase } from 'pg';
import { withSchema } from '../database/with-schema';
import { ADVANCE, LOCK } from './bulk-statements';
import { readOperation, type BulkRow } from './bulk-row';
import { BulkTally, type BulkOutcome } from './bulk-tally';
import type { BulkOperation } from './bulk-operation';
import { applyTo, findMatching, type BulkDeps, type MatchingTask } from './matching-tasks';

/** A batch holds as many tasks as the rate lets through in this long: whoever takes over after a crash waits no longer. */
const LONGEST_WAIT_S = 10;

/** What a batch did, once it has committed. @public */
export interface BulkBatch {
  readonly operation: BulkOperation;
  readonly outcomes: readonly BulkOutcome[];
  /** The next batch may begin after so many milliseconds. */
  readonly waitMs: number;
}

/** Whose batch it is, and how to run it. @public */
export interface BulkBatchOrder {
  readonly id: string;
  readonly owner: string;
  readonly leaseMs: number;
  /** Each task behind a savepoint of its own: what a whole batch fails on is then counted, and the others go on. */
  readonly oneByOne: boolean;
}

type LockedRow = BulkRow & { readonly waitMs: number };

/**
 * Applies the verb to the next tasks and moves the operation on, in one transaction: it happens once, wherever the process
 * dies.
 *
 * @returns null when the operation is not this owner's to run any more
 * @throws {TaskerError} TSK_SATURATED when rows are locked by others for long; TSK_DATABASE_UNAVAILABLE
 * @public
 */
export function runBulkBatch(deps: BulkDeps, order: BulkBatchOrder): Promise<BulkBatch | null> {
  return deps.operator.transaction(async (client) => {
    const query = async <R extends LockedRow>(sql: string, values: unknown[]): Promise<R | undefined> =>
      (await client.query<R>(withSchema(sql, deps.schema), values)).rows[0];
    const row = await query<LockedRow>(LOCK, [order.id, order.owner]);
    if (!row) return null;
    if (row.waitMs > 0) return { operation: readOperation(row), outcomes: [], waitMs: row.waitMs };
    const limit = batchLimit(row);
    const tasks = await findMatching(client, deps, row.filter, {
      ...{ after: row.lastTaskId, until: row.untilTaskId, limit },
    });
    const act = { actor: row.actor, ...(row.reason === null ? {} : { reason: row.reason }) };
    const apply = order.oneByOne ? applyOneByOne : applyTo;
    const outcomes = tasks.length === 0 ? [] : await apply(client, deps, tasks, row.command, act);
    const tally = new BulkTally(row.refusals, row.samples);
    tally.add(outcomes);
    const { matched, changed, unchanged, refused, failed } = tally.added;
    const ended = tasks.length < limit;
    const lastTaskId = ended ? row.untilTaskId : tasks.at(-1)?.id;
    const values = [order.id, lastTaskId, matched, changed, unchanged, refused, failed];
    const kept = [JSON.stringify(tally.reasons), JSON.stringify(tally.samples)];
    const moved = (await query<LockedRow>(ADVANCE, [...values, ...kept, ended, order.leaseMs])) as LockedRow;
    return { operation: readOperation(moved), outcomes, waitMs: moved.waitMs };
  });
}

const batchLimit = ({ batchSize, rate }: BulkRow): number =>
  rate === null ? batchSize : Math.max(1, Math.min(batchSize, Math.floor(rate * LONGEST_WAIT_S)));

async function applyOneByOne(
  client: ClientBase,
  deps: BulkDeps,
  tasks: readonly MatchingTask[],
  command: BulkOperation['command'],
  act: OperatorAct,
): Promise<BulkOutcome[]> {
  const outcomes: BulkOutcome[] = [];
  for (const task of tasks) {
    await client.query('savepoint one');
    try {
      outcomes.push(...(await applyTo(client, deps, [task], command, act)));
      await client.query('release savepoint one');
    } catch (error) {
      // Throws, and ends the batch, when it is the connection that is gone.
      await client.query('rollback to savepoint one');
      outcomes.push({ taskId: task.id, failed: failureOf(error) });
    }
  }
  return outcomes;
}

function failureOf(error: unknown): { code: string; message: string } {
  const { code, message } = error as { code?: unknown; message?: unknown };
  // 55P03: somebody holds its rows.
  if (code === '55P03' || code === '40P01') return { code: 'TSK_SATURATED', message: 'its rows are locked by others' };
  return { code: typeof code === 'string' ? code : 'unknown', message: String(message) };
}
