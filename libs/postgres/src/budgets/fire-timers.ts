import {
  decideTimer,
  endedByDeadline,
  expiredFailure,
  stepStateOf,
  taskStateOf,
  type DueTimer,
  type ExpiredStep,
  type ExpiredSteps,
  type FiredTimers,
  type TaskPlan,
} from '@tasker/core';
import type { ClientBase } from 'pg';
import { bigints, smallints, texts } from '../database/binary-array';
import type { TaskerDatabase } from '../database/tasker-database';
import { lockTasks } from '../operate/lock-tasks';

/** Columns of due-timers.sql. */
interface TimerRow {
  place: string;
  task_id: string;
  position: number;
  kind: DueTimer['kind'];
  template_id: number;
  correlation_id: string;
  task_open: boolean;
  step_state: number | null;
  attempt: number;
  anew: boolean;
  taken: boolean;
  still_ms: string | null;
  overdue_ms: string;
}

type FindPlan = (templateId: number) => TaskPlan | Promise<TaskPlan>;

/**
 * Fires timers that are due, in one transaction. Most are of no use by then, and cost no more than their row. Others end
 * steps: behind the locks of their tasks, under which it is decided once more.
 */
export async function fireTimers(database: TaskerDatabase, limit: number, find: FindPlan): Promise<FiredTimers> {
  const expired = await database.pool.transaction(async (client) => {
    const fired: ExpiredSteps[] = [];
    const due = await dueTimers(client, database, limit);
    const late = due.filter((row) => decide(row).kind === 'expire');
    if (late.length > 0) fired.push(...(await expire(client, database, limit, late, find)));
    await put(client, database, late.length > 0 ? await dueTimers(client, database, limit) : due);
    return fired;
  });
  const { rows } = await database.run<{ ms: string | null }>(database.control, 'budgets/next-timer', []);
  const next = rows[0]?.ms ?? null;
  return { expired, nextDueMs: next === null ? null : Number(next) };
}

const dueTimers = async (client: ClientBase, { statements }: TaskerDatabase, limit: number): Promise<TimerRow[]> =>
  (await client.query<TimerRow>(statements.get('budgets/due-timers'), [limit])).rows;

/** Under the locks of the tasks, which an operator or a settlement may have had meanwhile. */
async function expire(
  client: ClientBase,
  database: TaskerDatabase,
  limit: number,
  late: readonly TimerRow[],
  find: FindPlan,
): Promise<ExpiredSteps[]> {
  const { statements, channel } = database;
  const standing = await lockTasks(client, statements, [...new Set(late.map((row) => row.task_id))], true);
  const expired = new Map<string, ExpiredSteps & { readonly steps: ExpiredStep[] }>();
  for (const row of await dueTimers(client, database, limit)) {
    const task = standing.get(row.task_id);
    if (!task || decide(row).kind !== 'expire') continue;
    const plan = await find(row.template_id);
    const { task_id: taskId, template_id: templateId, correlation_id: correlationId, kind } = row;
    const entry = expired.get(taskId) ?? { taskId, templateId, correlationId, steps: [], ended: null, at: 0 };
    expired.set(taskId, entry);
    for (const position of kind === 'deadline' ? endedByDeadline(task.steps) : [row.position]) {
      if (entry.steps.some((step) => step.position === position)) continue;
      entry.steps.push({ position, attempt: row.attempt, error: expiredFailure(plan, position, kind) });
    }
  }
  const steps = [...expired.values()].flatMap(({ taskId, steps: own }) => own.map((step) => ({ taskId, ...step })));
  if (steps.length === 0) return [];
  const { rows } = await client.query<EndRow>(statements.get('budgets/expire-steps'), [
    ...[bigints(steps.map(({ taskId }) => taskId)), smallints(steps.map(({ position }) => position))],
    texts(steps.map(({ error }) => JSON.stringify(error))),
  ]);
  // Whoever hears it looks for steps that it has lost.
  await client.query(statements.get('engine/announce'), [channel, 'operated']);
  return withEnds([...expired.values()], rows[0] as EndRow);
}

/** Columns of expire-steps.sql. */
interface EndRow {
  ended_task: string[] | null;
  ended_state: number[] | null;
  at_ms: number;
}

function withEnds(expired: readonly ExpiredSteps[], { ended_task, ended_state, at_ms: at }: EndRow): ExpiredSteps[] {
  const states = new Map((ended_task ?? []).map((task, index) => [task, ended_state?.[index] ?? -1]));
  return expired.map((task) => {
    const state = states.get(task.taskId);
    return { ...task, at, ended: state === undefined ? null : taskStateOf(state) };
  });
}

/** Timers of no use go; those that stand still are due later. */
async function put(client: ClientBase, { statements }: TaskerDatabase, rows: readonly TimerRow[]): Promise<void> {
  const decided = rows.map((row) => ({ place: row.place, timer: decide(row) }));
  const gone = decided.flatMap(({ place, timer }) => (timer.kind === 'void' ? [place] : []));
  const later = decided.flatMap(({ place, timer }) => (timer.kind === 'later' ? [{ place, ms: timer.afterMs }] : []));
  if (gone.length > 0) await client.query(statements.get('budgets/drop-timers'), [gone]);
  if (later.length === 0) return;
  const values = [later.map(({ place }) => place), later.map(({ ms }) => ms)];
  await client.query(statements.get('budgets/delay-timers'), values);
}

const decide = (row: TimerRow): ReturnType<typeof decideTimer> =>
  decideTimer(
    {
      ...{ kind: row.kind, position: row.position, taskOpen: row.task_open, anew: row.anew, taken: row.taken },
      state: row.step_state === null ? null : stepStateOf(row.step_state),
      stillMs: row.still_ms === null ? null : Number(row.still_ms),
    },
    Number(row.overdue_ms),
  );
