import {
  TaskerError,
  type CreateBatch,
  type CreatedTask,
  type NewRoot,
  type NewTask,
  type SearchValue,
} from '@tasker/core';
import { booleans, doubles, integers, smallints, texts } from '../database/binary-array';
import { sqlStateOf } from '../database/store-errors';
import type { TaskerDatabase } from '../database/tasker-database';
import { announcementText } from './announcer';

/** SQLSTATE of a creation that names a template the database does not have, or comes first after a failover. */
const LOST_TEMPLATE = 'TSK05';

/** Runs a statement inside the caller's transaction, such as TypeORM's `manager.query`. @public */
export type RunInTransaction = (sql: string, values: unknown[]) => Promise<unknown>;

/** Columns of create-tasks.sql: all of them texts, because the driver of a host may read anything else in its own way. */
interface CreatedRow {
  /** In the order of the tasks, separated by commas. */
  ids: string;
  /** Places of those that existed, from 1, separated by commas; empty: none. */
  duplicates: string;
  at_ms: string;
}

/** Creates tasks and queues their roots, or starts them with the creating worker; in the order of the tasks. */
export async function create(database: TaskerDatabase, batch: CreateBatch): Promise<CreatedTask[]> {
  if (batch.tasks.length === 0) return [];
  const [statement, values] = creation(batch, database.timeline.epoch === 0);
  const { rows } = await database.run<CreatedRow>(database.creator, statement, values);
  return readCreated(rows[0] as CreatedRow);
}

/**
 * Creates tasks inside somebody else's transaction: visible and announced when that commits, gone when it rolls back.
 *
 * @returns in the order of the tasks
 */
export async function createInTransaction(
  database: TaskerDatabase,
  run: RunInTransaction,
  tasks: readonly NewTask[],
): Promise<CreatedTask[]> {
  if (tasks.length === 0) return [];
  const { statements, channel } = database;
  const [statement, values] = creation({ tasks, workerId: null }, false);
  let rows: CreatedRow[];
  try {
    rows = (await run(statements.get(statement), values)) as CreatedRow[];
  } catch (error) {
    if (sqlStateOf((error as { cause?: unknown }).cause) !== LOST_TEMPLATE) throw error;
    // A session of our own has to see it first: that one skips ids, and templates are registered again.
    await database.control.look();
    throw new TaskerError('TSK_DATABASE_UNAVAILABLE', 'The database has just been replaced; no task was created.', {
      cause: error,
      hint: 'Roll back and repeat the transaction.',
    });
  }
  const created = readCreated(rows[0] as CreatedRow);
  const fresh = tasks.filter((_, index) => created[index]?.duplicate === false);
  if (fresh.length > 0) {
    const count = fresh.reduce((sum, task) => sum + task.roots.length, 0);
    const priority = Math.max(...fresh.map((task) => task.priority));
    await run(statements.get('engine/announce'), [channel, announcementText({ count, priority })]);
  }
  return created;
}

/** @param isKnown the database has every template that this process knows */
function creation(batch: CreateBatch, isKnown: boolean): [statement: string, values: unknown[]] {
  const values = createParameters(batch);
  if (batch.tasks.every(({ timers }) => timers === null)) {
    return [isKnown ? 'engine/create-tasks' : 'engine/create-known-tasks', values];
  }
  return ['budgets/create-tasks', [...values, batch.tasks.map(({ timers }) => timers?.deadlineMs ?? null)]];
}

/** The parameters of create-tasks.sql, in its order. What no task of the batch has is null as a whole. */
function createParameters({ tasks, workerId }: CreateBatch): unknown[] {
  const roots: (NewRoot & { readonly place: number; readonly lone: boolean })[] = [];
  tasks.forEach(({ roots: own, lone }, index) => {
    for (const { position, lane, mine } of own) roots.push({ position, lane, mine, lone, place: index + 1 });
  });
  const claims = workerId !== null;
  return [
    integers(tasks.map((task) => task.templateId)),
    smallints(tasks.map((task) => task.priority)),
    texts(tasks.map((task) => task.correlationId)),
    texts(tasks.map((task) => task.context)),
    rareTexts(tasks.map((task) => task.identity)),
    rareTexts(tasks.map((task) => task.initiator)),
    rareTexts(tasks.map((task) => task.sourceSystem)),
    rareTexts(tasks.map((task) => task.reason)),
    rareTexts(tasks.map((task) => task.traceParent)),
    rareTexts(tasks.map(({ tags }) => (tags.length > 0 ? arrayText(tags) : null))),
    rareTexts(tasks.map(({ bypass }) => (bypass.length > 0 ? `{${bypass.join(',')}}` : null))),
    claims ? booleans(tasks.map((task) => !task.lone && task.roots.some((root) => root.mine))) : null,
    integers(roots.map((root) => root.place)),
    smallints(roots.map((root) => root.position)),
    integers(roots.map((root) => root.lane)),
    booleans(roots.map((root) => root.lone)),
    claims ? booleans(roots.map((root) => root.mine)) : null,
    ...attributeParameters(tasks),
    workerId,
  ];
}

function attributeParameters(tasks: readonly NewTask[]): (Buffer | null)[] {
  const attributes: (SearchValue & { readonly place: number })[] = [];
  tasks.forEach(({ attributes: own }, index) => {
    for (const { name, text, number } of own) attributes.push({ name, text, number, place: index + 1 });
  });
  if (attributes.length === 0) return [null, null, null, null];
  return [
    integers(attributes.map(({ place }) => place)),
    texts(attributes.map(({ name }) => name)),
    texts(attributes.map(({ text }) => text)),
    doubles(attributes.map(({ number }) => number)),
  ];
}

const rareTexts = (values: readonly (string | null)[]): Buffer | null =>
  values.some((value) => value !== null) ? texts(values) : null;

/** As PostgreSQL writes an array of texts. */
const arrayText = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

const readCreated = ({ ids, duplicates, at_ms: at }: CreatedRow): CreatedTask[] => {
  const known = new Set(duplicates.split(',').map(Number));
  return ids.split(',').map((taskId, index) => ({ taskId, duplicate: known.has(index + 1), at: Number(at) }));
};
