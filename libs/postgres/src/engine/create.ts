import type { CreateBatch, CreatedTask, NewTask } from '@tasker/core';
import { booleans, integers, smallints } from '../database/binary-array';
import type { TaskerDatabase } from '../database/tasker-database';
import { announcementText } from './announcer';

/** Runs a statement inside the caller's transaction, such as TypeORM's `manager.query`. @public */
export type RunInTransaction = (sql: string, values: unknown[]) => Promise<unknown>;

/** Columns of create-tasks.sql. */
interface CreatedRow {
  id: string;
  duplicate: boolean;
  at_ms: string;
}

/** Creates tasks and queues their roots, or starts them with the creating worker; in the order of the tasks. */
export async function create(database: TaskerDatabase, batch: CreateBatch): Promise<CreatedTask[]> {
  const { rows } = await database.run<CreatedRow>(database.creator, 'engine/create-tasks', createParameters(batch));
  return rows.map(readCreated);
}

/**
 * Creates tasks inside somebody else's transaction: visible and announced when that commits, gone when it rolls back.
 *
 * @returns in the order of the tasks
 */
export async function createInTransaction(
  { statements, channel }: TaskerDatabase,
  run: RunInTransaction,
  tasks: readonly NewTask[],
): Promise<CreatedTask[]> {
  const values = createParameters({ tasks, workerId: null });
  const rows = (await run(statements.get('engine/create-tasks'), values)) as CreatedRow[];
  const fresh = tasks.filter((_, index) => rows[index]?.duplicate === false);
  if (fresh.length > 0) {
    const count = fresh.reduce((sum, task) => sum + task.roots.length, 0);
    const priority = Math.max(...fresh.map((task) => task.priority));
    await run(statements.get('engine/announce'), [channel, announcementText({ count, priority })]);
  }
  return rows.map(readCreated);
}

/** The parameters of create-tasks.sql, in its order. */
function createParameters({ tasks, workerId }: CreateBatch): unknown[] {
  const roots = tasks.flatMap((task, index) => task.roots.map((root) => ({ ...root, task: index + 1 })));
  return [
    `[${tasks.map(taskJson).join(',')}]`,
    integers(roots.map((root) => root.task)),
    smallints(roots.map((root) => root.position)),
    integers(roots.map((root) => root.lane)),
    booleans(roots.map((root) => root.mine)),
    workerId,
  ];
}

/** The context is JSON text already and goes in as it is. */
function taskJson(task: NewTask): string {
  const { context, roots, templateId, ...rest } = task;
  const startNow = roots.some((root) => root.mine);
  const plain = JSON.stringify({
    ...rest,
    template: templateId,
    startNow,
    bypass: rest.bypass.length > 0 ? rest.bypass : null,
  });
  return `${plain.slice(0, -1)},"context":${context}}`;
}

const readCreated = (row: CreatedRow): CreatedTask => ({
  taskId: row.id,
  duplicate: row.duplicate,
  at: Number(row.at_ms),
});
