import { TaskerError } from '@tasker/core';
import { WorkerRows, type WorkerDocument } from '../../api/worker-rows';
import { TaskOperator } from '../../operator/task-operator';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { DRAIN_WORKER, LIST_WORKERS } from './worker.operations';

/** Ids of workers are integers of PostgreSQL. */
const MAX_ID = 2_147_483_647;

/** Entries of the list. */
const LISTED = 1_000;

/** Processes that run steps. @internal */
@Resource('workers', 'workers')
export class WorkersController {
  constructor(
    private readonly rows: WorkerRows,
    private readonly operator: TaskOperator,
  ) {}

  @Operates(LIST_WORKERS)
  async list(): Promise<{ workers: WorkerDocument[]; truncated: boolean }> {
    const rows = await this.rows.list(LISTED + 1);
    return { workers: rows.slice(0, LISTED), truncated: rows.length > LISTED };
  }

  @Operates(DRAIN_WORKER)
  async drain(@Sent() { params: { id = '' } }: Input): Promise<void> {
    const workerId = /^\d{1,10}$/.test(id) ? Number(id) : MAX_ID + 1;
    if (workerId > MAX_ID) throw new TaskerError('TSK_WORKER_NOT_FOUND', `There is no live worker ${id}.`);
    await this.operator.drainWorker(workerId);
  }
}
