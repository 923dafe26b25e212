import { TaskerError, type Fault, type NewBulkOperation } from '@tasker/core';
import type { Session } from '../database/session';
import { readOperation, type BulkRow } from './bulk-row';
import type { BulkOperation } from './bulk-operation';
import { ADOPT, CANCEL, FAIL, FIND, LIST, RELEASE, RESUME, START } from './bulk-statements';

/** Who runs an operation, and how long that holds without a word. @public */
export interface BulkOwner {
  readonly owner: string;
  readonly leaseMs: number;
}

/** Which of the operations. @public */
export interface BulkPage {
  /** At most so many, 1 to 100. Default 100. */
  readonly limit?: number;
  /** Id of the last operation of the page before. */
  readonly before?: string;
  /** Only operations that are about no other namespaces. Default: all operations. */
  readonly namespaces?: readonly string[] | '*';
}

/** Each takes its turns in the background; more would only make all of them slow. */
const MAX_RUNNING = 100;
/** One actor must not keep all others from theirs. */
const MAX_OF_ACTOR = 25;
const MAX_LISTED = 100;

const isOperationId = (id: string): boolean => /^[1-9]\d{0,17}$/.test(id);

/**
 * Bulk operations as rows: started, looked at, stopped, taken over. `runBulkBatch` does the work.
 *
 * @public
 */
export class BulkStore {
  constructor(private readonly session: Session) {}

  /**
   * It belongs to the owner at once, so that nobody else begins it.
   *
   * @throws {TaskerError} TSK_SATURATED when 100 run already, or 25 of this actor
   */
  async start(operation: NewBulkOperation, { owner, leaseMs }: BulkOwner): Promise<BulkOperation> {
    const { command, filter, actor, reason, rate, batchSize } = operation;
    const values = [JSON.stringify(command), JSON.stringify(filter), actor, reason, rate, batchSize, owner, leaseMs];
    const [row] = await this.rows(START, [...values, MAX_RUNNING, MAX_OF_ACTOR]);
    if (row) return readOperation(row);
    throw tooMany();
  }

  /** @throws {TaskerError} TSK_BULK_NOT_FOUND */
  async get(id: string): Promise<BulkOperation> {
    const [row] = isOperationId(id) ? await this.rows(FIND, [id]) : [];
    if (!row) throw new TaskerError('TSK_BULK_NOT_FOUND', `There is no bulk operation ${id}.`, { data: { id } });
    return readOperation(row);
  }

  /**
   * Newest first.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID
   */
  async list({ limit = MAX_LISTED, before, namespaces = '*' }: BulkPage = {}): Promise<BulkOperation[]> {
    const details: Fault[] = [];
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED)
      details.push({ path: 'limit', message: `must be an integer from 1 to ${MAX_LISTED}` });
    if (before !== undefined && !isOperationId(before))
      details.push({ path: 'before', message: 'must be the id of a bulk operation' });
    if (details.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The page is invalid.', { details });
    const values = [limit, before ?? null, namespaces === '*' ? null : namespaces];
    return (await this.rows(LIST, values)).map(readOperation);
  }

  /**
   * Stops it after the batch that runs. One that has ended stays as it is.
   *
   * @throws {TaskerError} TSK_BULK_NOT_FOUND
   */
  async cancel(id: string): Promise<BulkOperation> {
    if (isOperationId(id)) await this.rows(CANCEL, [id]);
    return this.get(id);
  }

  /**
   * Lets one that was cancelled or has failed go on where it was.
   *
   * @returns whether it belongs to the owner now
   * @throws {TaskerError} TSK_BULK_NOT_FOUND
   */
  async resume(id: string, { owner, leaseMs }: BulkOwner): Promise<{ operation: BulkOperation; resumed: boolean }> {
    const values = [id, owner, leaseMs, MAX_RUNNING, MAX_OF_ACTOR];
    const moved = isOperationId(id) ? await this.rows(RESUME, values) : [];
    const operation = await this.get(id);
    if (moved.length === 0 && /^(cancelled|failed)$/.test(operation.state)) throw tooMany();
    return { operation, resumed: moved.length > 0 };
  }

  /** The oldest operation whose process is gone, now the owner's; null when there is none. */
  async adopt({ owner, leaseMs }: BulkOwner): Promise<string | null> {
    const [row] = await this.rows(ADOPT, [owner, leaseMs]);
    return row?.id ?? null;
  }

  /** Others may take over at once what the owner was running. */
  async release({ owner }: BulkOwner): Promise<void> {
    await this.rows(RELEASE, [owner]);
  }

  async fail(id: string, { owner }: BulkOwner, error: string): Promise<void> {
    await this.rows(FAIL, [id, owner, error]);
  }

  private rows(sql: string, values: unknown[]): Promise<BulkRow[]> {
    return this.session.rows<BulkRow>(sql, values);
  }
}

const tooMany = (): TaskerError =>
  new TaskerError(
    'TSK_SATURATED',
    `${MAX_RUNNING} bulk operations are running, or ${MAX_OF_ACTOR} of the same actor.`,
    { hint: 'Wait for some of them to end, or cancel those that are not needed.' },
  );
