import type { TaskPlan } from '@tasker/core';
import { EngineHarness } from '../../support/engine-harness';
import { chain, template } from '../../support/engine-templates';

/** A wait as the settlement gives it to the store. */
export interface StagedWait {
  readonly kind?: 'sleep' | 'signal' | 'approval' | 'suspended';
  readonly signals?: readonly { name: string; key?: string; max?: number }[];
  readonly all?: boolean;
  readonly dueMs?: number;
  readonly interimMs?: number;
  readonly approval?: object;
}

export interface Signal {
  readonly name?: string;
  readonly key?: string;
  readonly task?: string;
  readonly payload?: unknown;
  readonly id?: string;
  readonly ttlMs?: number;
}

/** What is woken: a step of a task. */
export type Woken = `${string}:${number}`;

const LIMIT = 10;
const WAITING = 'tasker.step_waiting()';

/** Tasks whose steps wait, staged by hand: what the functions of the database make of them, without an engine. */
export class StagedWaits {
  plan!: TaskPlan;
  readonly harness = new EngineHarness();

  async open(): Promise<void> {
    await this.harness.open();
    this.plan = await this.harness.template(template('waiter', chain(4)));
  }

  /** A task in progress whose first so many steps wait, for nothing yet. */
  async task(steps = 1): Promise<string> {
    const [row] = await this.harness.rows.query<{ id: string }>(
      `insert into tasker.tasks (requested_at, template_id, state, correlation_id, context, priority, initiator)
       values (now(), $1, tasker.task_in_progress(), 'test', '{}', 7, 'ann') returning id`,
      [this.plan.templateId],
    );
    const id = row?.id ?? '';
    await this.harness.rows.query(
      `insert into tasker.steps (task_id, position, state, attempt, granted)
       select $1, p, ${WAITING}, 1, 1 from generate_series(0, $2::int - 1) p`,
      [id, steps],
    );
    return id;
  }

  /** As the settlement of the step's attempt opens it; null: the step waits on. */
  async wait(task: string, position: number, wait: StagedWait | null, state = WAITING): Promise<number> {
    const [lane, template] = [this.plan.steps[0]?.lane, this.plan.templateId];
    const place = { task, position, generation: 0, template, lane, namespace: 'default' };
    const signals = (wait?.signals ?? []).map((signal) => ({ key: `@${task}`, ...signal }));
    const waits = wait ? [{ kind: 'signal', all: false, ...wait, ...place, signals }] : [];
    const [row] = await this.harness.rows.query<{ queued: number }>(
      `select tasker.settle_waits_v1($1, array[$2::bigint], array[$3::smallint], array[${state}], tasker.clock_v1())
         as queued`,
      [JSON.stringify(waits), task, position],
    );
    return row?.queued ?? -1;
  }

  async send(...signals: Signal[]): Promise<string[]> {
    const [row] = await this.harness.rows.query<{ outcomes: string[] }>(
      'select outcomes from tasker.send_signals_v1($1, $2, $3, $4, $5, $6, $7, $8)',
      [
        signals.map(({ task }) => (task === undefined ? 'default' : null)),
        signals.map(({ name = 'paid' }) => name),
        signals.map(({ key = null }) => key),
        signals.map(({ task = null }) => task),
        signals.map(({ payload = null }) => JSON.stringify(payload)),
        signals.map(({ id = null }) => id),
        signals.map(({ ttlMs = null }) => ttlMs),
        LIMIT,
      ],
    );
    return row?.outcomes ?? [];
  }

  /** What the wait of a step has come to: who woke it, and the payloads by signal. */
  async read(task: string, position = 0): Promise<{ by: string | null; taken: Record<string, unknown[]> } | undefined> {
    const [row] = await this.harness.rows.query<{
      woken_by: string | null;
      signals: { name: string; taken: { payload: unknown }[] }[] | null;
    }>('select woken_by, signals from tasker.read_waits_v1(array[$1::bigint], array[$2::smallint], array[0])', [
      task,
      position,
    ]);
    if (!row) return undefined;
    const taken = (row.signals ?? []).map((s): [string, unknown[]] => [s.name, s.taken.map(({ payload }) => payload)]);
    return { by: row.woken_by, taken: Object.fromEntries(taken) };
  }

  /** Steps in the queue, oldest first. */
  async queued(): Promise<Woken[]> {
    const rows = await this.harness.rows.query<{ task: string; position: number }>(
      'select task_id as task, position from tasker.queue where rank = -7 and not fresh order by seq',
    );
    return rows.map(({ task, position }): Woken => `${task}:${position}`);
  }

  async wake(): Promise<{ woken: number; next: number; escalated: string[]; timedOut: string[] }> {
    const [row] = await this.harness.rows.query<{
      woken: number;
      next_due_ms: string | null;
      escalated: string[] | null;
      timed_out: string[] | null;
    }>('select * from tasker.wake_waits_v1(100)');
    return {
      woken: row?.woken ?? -1,
      next: Number(row?.next_due_ms ?? NaN),
      escalated: row?.escalated ?? [],
      timedOut: row?.timed_out ?? [],
    };
  }

  /** From now on it is so much later than it was. */
  async later(ms: number): Promise<void> {
    await this.harness.rows.query(
      `update tasker.step_waits set due_at = due_at - $1 * interval '1 millisecond',
              later_at = later_at - $1 * interval '1 millisecond'`,
      [ms],
    );
    await this.harness.rows.query(
      `update tasker.kept_signals set keep_until = keep_until - $1 * interval '1 millisecond'`,
      [ms],
    );
    await this.harness.rows.query(`update tasker.signal_ids set sent_at = sent_at - $1 * interval '1 millisecond'`, [
      ms,
    ]);
  }
}

/** Staged waits for the tests of a file, emptied after each test. */
export function stagedWaits(): StagedWaits {
  const staged = new StagedWaits();
  beforeAll(() => staged.open());
  afterEach(() => staged.harness.rows.clear());
  afterAll(() => staged.harness.close());
  return staged;
}
