import type { INestApplicationContext } from '@nestjs/common';
import {
  PlanCache,
  type BulkOptions,
  type Clock,
  type EngineLog,
  type OperatorCommand,
  type TaskFilter,
} from '@tasker/core';
import { PermanentError, StepHandler, TaskerService, type StepContext, type TaskRequest } from '@tasker/nestjs';
import { TASKER_CLOCK, TASKER_DATA_SOURCE, TASKER_LOG } from '@tasker/nestjs/runtime';
import { TaskerDatabase, type BulkOperation } from '@tasker/postgres';
import type { DataSource } from 'typeorm';
import { TaskBulk } from '../../src/bulk/task-bulk';
import { TaskOperator } from '../../src/operator/task-operator';
import type { ResolvedTaskerOptions } from '../../src/options/resolved-tasker-options';
import { TASKER_OPTIONS } from '../../src/tasker.constants';
import { from, TestApps } from '../module/support/boot-app';

const END_WITHIN_MS = 20_000;

/** Fails when the task's context says so. */
@StepHandler('work')
class Work {
  process({ task }: StepContext<{ fail?: string }>): string {
    if (task.context.fail !== undefined) throw new PermanentError(task.context.fail);
    return 'done';
  }
}

const step = (name: string, dependsOn: string[] = [], handlerConfig = {}) => ({
  ...{ name, handler: 'work', dependsOn, handlerConfig },
});

export const TEMPLATES = [
  {
    ...{ name: 'order', version: '1.0.0' },
    contextSchema: { type: 'object', properties: { n: { type: 'integer' } } },
    searchAttributes: [{ name: 'n', type: 'number' as const }],
    steps: [
      step('reserve', [], { idempotent: true }),
      step('charge', ['reserve'], { idempotent: false }),
      step('ship', ['charge']),
    ],
  },
  { name: 'order', version: '2.0.0', steps: [step('reserve')] },
  { namespace: 'eu', name: 'invoice', version: '1.0.0', steps: [step('send')] },
  { name: 'idle', version: '1.0.0', steps: [{ name: 'wait', handler: 'work', queue: 'elsewhere' }] },
];

const ACT = { actor: 'ann', reason: 'test' };

/** An application with bulk operations, and tasks in all kinds of states. */
export class BulkWorld {
  app!: INestApplicationContext;
  bulk!: TaskBulk;
  url!: string;
  readonly apps = new TestApps();
  private readonly others: TaskBulk[] = [];

  async open(): Promise<void> {
    this.url = await this.apps.database();
    this.app = await this.boot();
    this.bulk = this.another();
  }

  async close(): Promise<void> {
    for (const bulk of this.others.splice(0)) {
      bulk.onModuleDestroy();
      await bulk.beforeApplicationShutdown();
    }
    await this.apps.closeAll();
  }

  /** What another process would have. */
  another(log?: EngineLog, clock?: Clock): TaskBulk {
    const made = new TaskBulk(
      from(this.app, TaskerDatabase),
      clock ?? from<Clock>(this.app, TASKER_CLOCK),
      log ?? from<EngineLog>(this.app, TASKER_LOG),
      from(this.app, PlanCache),
      from(this.app, TaskOperator),
      from<ResolvedTaskerOptions>(this.app, TASKER_OPTIONS),
    );
    this.others.push(made);
    return made;
  }

  rows<R>(sql: string, values: unknown[] = []): Promise<R[]> {
    return from<DataSource>(this.app, TASKER_DATA_SOURCE).query<R[]>(sql, values);
  }

  async create(...requests: Partial<TaskRequest>[]): Promise<string[]> {
    const tasks = await this.tasker.createMany(
      requests.map((request) => ({ name: 'order', version: '1.0.0', ...request })),
    );
    return tasks.map(({ taskId }) => taskId);
  }

  /** Created, and ended where they can. */
  async ended(...requests: Partial<TaskRequest>[]): Promise<string[]> {
    const ids = await this.create(...requests);
    await Promise.all(ids.map((id) => this.tasker.waitFor(id, { timeoutMs: END_WITHIN_MS })));
    return ids;
  }

  get tasker(): TaskerService {
    return from(this.app, TaskerService);
  }

  get operator(): TaskOperator {
    return from(this.app, TaskOperator);
  }

  /** Starts an operation and waits for its end. */
  async run(
    filter: TaskFilter,
    command: OperatorCommand,
    options: BulkOptions = { rate: null },
  ): Promise<BulkOperation> {
    const { id } = await this.bulk.start(filter, command, ACT, options);
    return this.stopped(id);
  }

  start(filter: TaskFilter, command: OperatorCommand, options: BulkOptions = { rate: null }): Promise<BulkOperation> {
    return this.bulk.start(filter, command, ACT, options);
  }

  /** When the operation does not run any more. */
  stopped(id: string): Promise<BulkOperation> {
    return this.until(id, ({ state }) => state !== 'running');
  }

  async until(id: string, reached: (operation: BulkOperation) => boolean): Promise<BulkOperation> {
    const deadline = performance.now() + END_WITHIN_MS;
    for (;;) {
      const operation = await this.bulk.find(id);
      if (reached(operation)) return operation;
      if (performance.now() > deadline) throw new Error(`not in time: ${JSON.stringify(operation)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** How often operators have acted on each task, by id. */
  async acts(): Promise<number[]> {
    const rows = await this.rows<{ acts: number }>('select lock_version as acts from tasker.tasks order by id');
    return rows.map(({ acts }) => acts);
  }

  private boot(): Promise<INestApplicationContext> {
    return this.apps.boot(
      { providers: [Work], options: { templates: TEMPLATES, worker: { queues: ['default'] } } },
      this.url,
    );
  }
}

export function bulkWorld(): BulkWorld {
  const world = new BulkWorld();
  beforeEach(() => world.open());
  afterEach(() => world.close());
  return world;
}
