import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkBulk, type OperatorAct, type OperatorCommand, type TaskFilter, type TaskPlan } from '@tasker/core';
import {
  BulkStore,
  OperatorStore,
  previewBulk,
  runBulkBatch,
  type BulkDeps,
  type BulkOperation,
  type BulkPreview,
  type TaskerDatabase,
} from '@tasker/postgres';
import type { BulkRequest } from '../backend-views';

/** Without a word for this long, an application takes the operation over. */
const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 500;
const PREVIEW_LIMIT = 10_000;

/** Bulk operations that this process runs itself, without an application. @internal */
export class DatabaseBulk {
  private readonly owner = { owner: randomUUID(), leaseMs: LEASE_MS };
  private readonly store: BulkStore;
  private readonly deps: BulkDeps;
  private begun = false;

  constructor(database: TaskerDatabase, plan: (templateId: number) => TaskPlan | Promise<TaskPlan>) {
    this.store = new BulkStore(database.session);
    this.deps = { operator: new OperatorStore(database, plan), plan, schema: database.schema };
  }

  /** @throws {TaskerError} TSK_REQUEST_INVALID */
  async preview(command: OperatorCommand, filter: TaskFilter): Promise<BulkPreview> {
    checkBulk(filter, command, { actor: 'dry run' });
    return previewBulk(this.deps, filter, command, PREVIEW_LIMIT);
  }

  /** Belongs to this process until `release`. */
  async start({ command, filter, rate }: BulkRequest, act: OperatorAct): Promise<BulkOperation> {
    const operation = checkBulk(filter, command, act, { rate });
    this.begun = true;
    return this.store.start(operation, this.owner);
  }

  /** Runs it when it is ours, and looks on when another process runs it. */
  async follow(id: string, onProgress: (operation: BulkOperation) => void): Promise<BulkOperation> {
    for (;;) {
      const batch = await runBulkBatch(this.deps, { ...this.owner, id, oneByOne: false });
      const operation = batch?.operation ?? (await this.store.get(id));
      onProgress(operation);
      if (operation.state !== 'running') return operation;
      await sleep(batch?.waitMs ?? LOOK_EVERY_MS);
    }
  }

  get(id: string): Promise<BulkOperation> {
    return this.store.get(id);
  }

  list(): Promise<BulkOperation[]> {
    return this.store.list();
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
}
