import {
  commandPermissions,
  DataMask,
  filterPermissions,
  TaskerError,
  type OperatorCommand,
  type TaskFilter,
} from '@tasker/core';
import type { BulkOperation, BulkPage, BulkPreview } from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { AccessScope } from '../../access/access-scope';
import { assertPermissions } from '../../access/check-access';
import { Caller } from '../../access/principal-of';
import { assertNotMasked } from '../../api/masked-task';
import { actOf } from '../../api/scoped-tasks';
import { TaskBulk } from '../../bulk/task-bulk';
import { locationOf } from '../http/location';
import { Answer } from '../operation/answer';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { CANCEL_BULK, LIST_BULK, PREVIEW_BULK, RESUME_BULK, SHOW_BULK, START_BULK } from './bulk.operations';

interface WhatToWhom {
  readonly command: OperatorCommand;
  readonly filter: TaskFilter;
}

type StartBody = WhatToWhom & { readonly reason?: string; readonly rate?: number | null; readonly batchSize?: number };

/** Verbs over many tasks, within the caller's namespaces. @internal */
@Resource('bulk', 'bulk operations')
export class BulkController {
  constructor(
    private readonly bulk: TaskBulk,
    private readonly scope: AccessScope,
    private readonly mask: DataMask,
  ) {}

  @Operates(PREVIEW_BULK)
  preview(@Sent() { body }: Input<object, WhatToWhom>, @Caller() caller: Principal): Promise<BulkPreview> {
    return this.bulk.preview(this.allowed(body, caller), body.command);
  }

  @Operates(START_BULK)
  async start(
    @Sent() { body, request }: Input<object, StartBody>,
    @Caller() caller: Principal,
  ): Promise<Answer<BulkOperation>> {
    const { command, reason, rate, batchSize } = body;
    const options = { ...(rate !== undefined && { rate }), ...(batchSize !== undefined && { batchSize }) };
    const filter = this.allowed(body, caller);
    const operation = await this.bulk.start(filter, command, actOf(caller, { reason }), options);
    return new Answer(this.shown(operation), { headers: { Location: locationOf(request, operation.id) } });
  }

  @Operates(LIST_BULK)
  async list(
    @Sent() { query }: Input<Pick<BulkPage, 'limit' | 'before'>>,
    @Caller() { namespaces }: Principal,
  ): Promise<{ operations: BulkOperation[] }> {
    const operations = await this.bulk.list({ ...query, namespaces });
    return { operations: operations.map((operation) => this.shown(operation)) };
  }

  @Operates(SHOW_BULK)
  async show(@Sent() { params: { id = '' } }: Input, @Caller() caller: Principal): Promise<BulkOperation> {
    return this.shown(await this.find(id, caller));
  }

  @Operates(CANCEL_BULK)
  async cancel(@Sent() { params: { id = '' } }: Input, @Caller() caller: Principal): Promise<BulkOperation> {
    await this.find(id, caller);
    return this.shown(await this.bulk.cancel(id));
  }

  @Operates(RESUME_BULK)
  async resume(@Sent() { params: { id = '' } }: Input, @Caller() caller: Principal): Promise<BulkOperation> {
    const { command } = await this.find(id, caller);
    assertPermissions(caller, commandPermissions(command));
    return this.shown(await this.bulk.resume(id));
  }

  /** Without what the application masks: others may have sent it. */
  private shown(operation: BulkOperation): BulkOperation {
    const { command, filter } = operation;
    return {
      ...operation,
      command: { ...command, ...maskedFields(this.mask, command, ['inputs', 'result']) },
      filter: { ...filter, ...maskedFields(this.mask, filter, ['context']) },
    };
  }

  /** The filter, kept inside the namespaces of a caller who may do all that the verb does, and see what the filter looks into. */
  private allowed({ command, filter }: WhatToWhom, caller: Principal): TaskFilter {
    assertPermissions(caller, [...commandPermissions(command), ...filterPermissions(filter)]);
    assertNotMasked(this.mask, filter);
    return this.scope.narrow(caller, filter);
  }

  /** Of another namespace: as if it did not exist. */
  private async find(id: string, caller: Principal): Promise<BulkOperation> {
    const operation = await this.bulk.find(id);
    if (this.scope.covers(caller, operation.filter)) return operation;
    throw new TaskerError('TSK_BULK_NOT_FOUND', `There is no bulk operation ${id}.`);
  }
}

const maskedFields = (mask: DataMask, record: object, names: readonly string[]): object =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      names.includes(name) ? [[name, mask.of(value) as unknown]] : [],
    ),
  );
