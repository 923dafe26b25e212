import type { HandlerInvoker, TaskPlan } from '@tasker/core';
import {
  sweepRetention,
  type RetentionPolicy,
  type RetentionSweep,
  type RetentionSweepOptions,
} from '@tasker/postgres';
import { engineHarness, type EngineHarness } from '../support/engine-harness';
import type { EngineProcess } from '../support/engine-process';
import { chain, step, template } from '../support/engine-templates';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const KEEP_HOUR: RetentionPolicy = { keepMs: HOUR, keepErrorsMs: null, mode: 'delete', perTemplate: [] };

/** An engine whose tasks can be made older, and sweeps over them. */
export class RetentionWorld {
  process!: EngineProcess;

  constructor(readonly harness: EngineHarness) {}

  /** A template of two steps that succeed. */
  good = (name = 'good', version = '1.0.0'): Promise<TaskPlan> =>
    this.harness.template(template(name, chain(2), { version }));

  /** A template whose only step fails for good. */
  bad = (name = 'bad'): Promise<TaskPlan> =>
    this.harness.template(template(name, [step('only', [], { handler: 'fail', retryable: false })]));

  /** A template whose only step runs until it is aborted. */
  endless = (): Promise<TaskPlan> =>
    this.harness.template(template('endless', [step('only', [], { handler: 'never' })]));

  async start(): Promise<void> {
    const fail = () => Promise.reject(new Error('on purpose'));
    const never: HandlerInvoker = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    // Before the process: a worker that starts later knows their lanes at once, not at its next heartbeat.
    await Promise.all([this.good(), this.bad(), this.endless()]);
    this.process = await this.harness.start({ handlers: { fail, never } });
  }

  /** Tasks that have ended, and ended this long ago. */
  async ended(plan: TaskPlan, count: number, agoMs: number): Promise<string[]> {
    const tasks = await this.harness.createMany(this.process, plan, count);
    await this.harness.allFinished(tasks);
    const ids = tasks.map(({ taskId }) => taskId);
    await this.age(ids, agoMs);
    return ids;
  }

  /** Moves everything that is recorded of tasks into the past. */
  async age(ids: readonly string[], ms: number): Promise<void> {
    const moves = [
      `update tasker.tasks set requested_at = requested_at - $2 * interval '1 ms', started_at = started_at - $2 * interval '1 ms',
         finished_at = finished_at - $2 * interval '1 ms' where id = any ($1)`,
      `update tasker.steps set started_at = started_at - $2 * interval '1 ms', finished_at = finished_at - $2 * interval '1 ms'
        where task_id = any ($1)`,
      `update tasker.step_history set at = at - $2 * interval '1 ms', started_at = started_at - $2 * interval '1 ms'
        where task_id = any ($1)`,
      `update tasker.task_history set at = at - $2 * interval '1 ms' where task_id = any ($1)`,
    ];
    for (const move of moves) await this.harness.rows.query(move, [ids, ms]);
  }

  sweep(
    policy: RetentionPolicy = KEEP_HOUR,
    more: Partial<RetentionSweepOptions> = {},
  ): Promise<RetentionSweep | null> {
    return sweepRetention(this.harness.handle, { policy, batch: 100, pauseMs: 0, ...more });
  }

  async tasks(): Promise<string[]> {
    const rows = await this.harness.rows.query<{ id: string }>('select id from tasker.tasks order by id');
    return rows.map(({ id }) => id);
  }

  /** Rows in each table that has rows of tasks. */
  async rowsLeft(): Promise<Record<string, number>> {
    const [row] = await this.harness.rows.query<Record<string, number>>(
      `select (select count(*)::int from tasker.tasks) as tasks, (select count(*)::int from tasker.steps) as steps,
              (select count(*)::int from tasker.step_history) as step_history,
              (select count(*)::int from tasker.task_history) as task_history,
              (select count(*)::int from tasker.task_annotations) as annotations,
              (select count(*)::int from tasker.task_attributes) as attributes`,
    );
    return row ?? {};
  }
}

export function retentionWorld(): RetentionWorld {
  const world = new RetentionWorld(engineHarness());
  beforeEach(() => world.start());
  afterEach(() =>
    world.harness.rows.query(
      `truncate tasker.retention_progress, tasker.retention_stragglers, tasker.archived_tasks, tasker.task_annotations;
       update tasker.retention_sweeps set owner = null, lease_expires_at = '-infinity', ended_at = '-infinity'`,
    ),
  );
  return world;
}
