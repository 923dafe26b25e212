import { positionOf, stepAt, type OperatorCommand, type TaskFilter } from '@tasker/core';
import type { ClientBase } from 'pg';
import type { ActOutcome } from '../operate/act-many';
import { taskFilterSql } from '../read/task-filter-sql';
import { withSchema } from '../database/with-schema';
import { matchingCount, RUN_BEFORE } from './bulk-statements';
import { BulkTally, readReasons } from './bulk-tally';
import type { BulkPreview, RepeatedStep } from './bulk-operation';
import { applyTo, findMatching, type BulkDeps } from './matching-tasks';

/** Rows are locked for as long as one of these takes. */
const BATCH = 100;

/**
 * What an operation would do. It is done, in batches, and each taken back before it is visible, so what is told is what
 * would happen now; the first `limit` tasks that match are tried.
 *
 * @throws {TaskerError} TSK_SATURATED when rows are locked by others for long
 * @public
 */
export async function previewBulk(
  deps: BulkDeps,
  filter: TaskFilter,
  command: OperatorCommand,
  limit: number,
): Promise<BulkPreview> {
  const { count, until } = await countMatching(deps, filter);
  const tally = new BulkTally();
  const repeats = new Repeats(deps);
  let steps = 0;
  let after = '0';
  while (tally.added.matched < limit) {
    const stretch = { after, until, limit: Math.min(BATCH, limit - tally.added.matched) };
    const batch = await deps.operator.transaction(async (client) => {
      const tasks = await findMatching(client, deps, filter, stretch);
      const ids = tasks.map(({ id }) => id);
      const before = await runBefore(client, deps, ids);
      await client.query('savepoint dry');
      const outcomes = tasks.length === 0 ? [] : await applyTo(client, deps, tasks, command, { actor: 'dry run' });
      await client.query('rollback to savepoint dry');
      return { ids, before, outcomes };
    });
    tally.add(batch.outcomes);
    steps += await repeats.add(batch.outcomes, batch.before);
    if (batch.ids.length < stretch.limit) break;
    after = batch.ids.at(-1) ?? after;
  }
  const { matched: examined, changed, unchanged, refused } = tally.added;
  return {
    ...{ matched: Math.max(count, examined), examined, changed, unchanged, refused, steps },
    ...{ repeats: repeats.list(), reasons: readReasons(tally.reasons), samples: tally.samples },
  };
}

async function countMatching(
  { operator, schema }: BulkDeps,
  filter: TaskFilter,
): Promise<{ count: number; until: string }> {
  const values: unknown[] = [];
  const sql = withSchema(matchingCount(taskFilterSql(filter, values)), schema);
  return operator.transaction(async (client) => {
    const { rows } = await client.query<{ count: number; until: string }>(sql, values);
    return rows[0] ?? { count: 0, until: '0' };
  });
}

/** Positions of steps that have run, by task. */
async function runBefore(
  client: ClientBase,
  { schema }: BulkDeps,
  ids: string[],
): Promise<Map<string, ReadonlySet<number>>> {
  const { rows } = await client.query<{ taskId: string; positions: number[] }>(withSchema(RUN_BEFORE, schema), [ids]);
  return new Map(rows.map(({ taskId, positions }) => [taskId, new Set(positions)]));
}

/** Counts steps that have run and would run again. */
class Repeats {
  private readonly byStep = new Map<string, RepeatedStep>();

  constructor(private readonly deps: BulkDeps) {}

  /** @returns how many steps would move */
  async add(outcomes: readonly ActOutcome[], before: ReadonlyMap<string, ReadonlySet<number>>): Promise<number> {
    let moved = 0;
    for (const outcome of outcomes) {
      if (!('receipt' in outcome)) continue;
      moved += outcome.receipt.steps.length;
      const plan = await this.deps.plan(outcome.task.templateId);
      for (const { step, to } of outcome.receipt.steps) {
        const position = positionOf(plan, step) ?? -1;
        if ((to !== 'ready' && to !== 'pending') || !before.get(outcome.taskId)?.has(position)) continue;
        const { namespace, name: task, version } = plan.definition;
        const hint = stepAt(plan, position)?.definition.handlerConfig['idempotent'];
        const key = JSON.stringify([namespace, task, version, step]);
        const count = (this.byStep.get(key)?.count ?? 0) + 1;
        const idempotent = typeof hint === 'boolean' ? hint : null;
        this.byStep.set(key, { namespace, task, version, step, count, idempotent });
      }
    }
    return moved;
  }

  list(): RepeatedStep[] {
    return [...this.byStep].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, step]) => step);
  }
}
