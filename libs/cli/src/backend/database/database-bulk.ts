import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  checkCommand,
  TaskerError,
  taskFilterFaults,
  type OperatorAct,
  type OperatorCommand,
  type TaskFilter,
  type PlanCache,
} from '@tasker/core';
import {
  BulkStore,
  openOperatorStore,
  previewBulk,
  runBulkBatch,
  type BulkDeps,
  type BulkOperation,
  type BulkPreview,
} from '@tasker/postgres';
import type { BulkRequest } from '../backend-views';
import type { DatabaseSession } from './database-session';

/** Without a word for this long, an application takes the operation over. */
const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 500;
const BATCH_SIZE = 100;
const PREVIEW_LIMIT = 10_000;
const LIST_LIMIT = 100;
/** A filter may look through millions of tasks before it finds a batch. */
const ANSWER_WITHIN_MS = 60_000;

/** Bulk operations that this process runs itself, without an application. @internal */
export class DatabaseBulk {
  private readonly owner = { owner: randomUUID(), leaseMs: LEASE_MS };
  private readonly store: BulkStore;
  private begun = false;

  constructor(
    private readonly session: DatabaseSession,
    private readonly plans: PlanCache,
  ) {
    this.store = new BulkStore(session.run, session.schema);
  }

  /** @throws {TaskerError} TSK_REQUEST_INVALID */
  preview(command: OperatorCommand, filter: TaskFilter): Promise<BulkPreview> {
    check(command, filter, { actor: 'dry run' });
    return this.withDeps((deps) => previewBulk(deps, filter, command, PREVIEW_LIMIT));
  }

  /** Belongs to this process until `release`. */
  start({ command, filter, rate }: BulkRequest, act: OperatorAct): Promise<BulkOperation> {
    check(command, filter, act);
    const { actor, reason = null } = act;
    this.begun = true;
    return this.store.start({ command, filter, actor, reason, rate, batchSize: BATCH_SIZE }, this.owner);
  }

  /** Runs it when it is ours, and looks on when another process runs it. */
  follow(id: string, onProgress: (operation: BulkOperation) => void): Promise<BulkOperation> {
    return this.withDeps(async (deps) => {
      for (;;) {
        const batch = await runBulkBatch(deps, { ...this.owner, id, oneByOne: false });
        const operation = batch?.operation ?? (await this.store.get(id));
        onProgress(operation);
        if (operation.state !== 'running') return operation;
        await sleep(batch?.waitMs ?? LOOK_EVERY_MS);
      }
    });
  }

  get(id: string): Promise<BulkOperation> {
    return this.store.get(id);
  }

  list(): Promise<BulkOperation[]> {
    return this.store.list(LIST_LIMIT);
  }

  cancel(id: string): Promise<BulkOperation> {
    return this.store.cancel(id);
  }

  async resume(id: string): Promise<BulkOperation> {
    this.begun = true;
    return (await this.store.resume(id, this.owner)).operation;
  }

  /** What this process has begun and not ended is for the next application that looks. */
  async release(): Promise<void> {
    if (this.begun) await this.store.release(this.owner);
  }

  private async withDeps<T>(work: (deps: BulkDeps) => Promise<T>): Promise<T> {
    const { connectionString, schema } = this.session;
    const options = { connectionString, schema, applicationName: 'tasker-cli', answerWithinMs: ANSWER_WITHIN_MS };
    const operator = openOperatorStore(options, (templateId) => this.plans.plan(templateId));
    try {
      return await work({ operator, plan: (templateId) => this.plans.plan(templateId), schema });
    } finally {
      await operator.close();
    }
  }
}

/** An empty filter, which means all tasks, is more often a mistake than meant. */
function check(command: OperatorCommand, filter: TaskFilter, act: OperatorAct): void {
  checkCommand(command, act);
  const details = taskFilterFaults(filter);
  if (Object.keys(filter).length === 0)
    details.push({ path: 'filter', message: 'must narrow: to mean all tasks, give every state' });
  if (details.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The bulk operation is invalid.', { details });
}
