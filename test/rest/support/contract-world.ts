import type { Contract, DocumentedOperation } from './contract';
import { CALLS, STEP_OF, type OperationCall, type TaskKind } from './operation-calls';
import { ended, type CallParts, type RestAnswer, type RestApp } from './rest-app';

const TEMPLATE: Readonly<Record<TaskKind, string>> = {
  done: 'order',
  failed: 'failing',
  stuck: 'stuck',
  cancelled: 'stuck',
  asking: 'asking',
};

/** Name of the worker that may be drained. */
export const THROWAWAY = 'throwaway';

/** Calls operations of the document on tasks made for them. */
export class ContractWorld {
  private readonly tasks = new Map<TaskKind, Promise<string>>();

  constructor(
    readonly rest: RestApp,
    private readonly contract: Contract,
  ) {}

  /** A new task in the state that the kind stands for. */
  async task(kind: TaskKind): Promise<string> {
    const { body } = await this.rest.post('/tasks', { name: TEMPLATE[kind] });
    const taskId = body.taskId as string;
    if (kind === 'cancelled') await this.rest.post(`/tasks/${taskId}/cancel`);
    if (kind === 'done' || kind === 'failed') await ended(this.rest, taskId);
    return taskId;
  }

  /** Calls an operation as the table says, with changes; on another endpoint if one is given. */
  async send(
    operation: DocumentedOperation,
    change: Partial<OperationCall> & CallParts & { readonly at?: RestApp; readonly nowhere?: boolean } = {},
  ): Promise<RestAnswer> {
    const { at = this.rest, nowhere = false, headers, caller, ...changed } = change;
    const call = { ...CALLS[operation.id], ...changed };
    // What is only looked at, or will be refused, may be looked at again.
    const fresh = operation.method !== 'GET' && Object.keys(change).length === 0;
    const path = nowhere ? unknownPath(operation.path) : await this.path(operation, call, fresh);
    const query = call.query === undefined ? '' : `?${encodeURI(call.query)}`;
    return at.call(operation.method, `${path}${query}`, {
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(headers && { headers }),
      ...(caller === undefined ? {} : { caller }),
    });
  }

  /** As `send`; demands that the answer has the status, and that it is as documented. */
  async expect(id: string, status: number, change: Parameters<this['send']>[1] = {}): Promise<RestAnswer> {
    const answer = await this.send(this.contract.find(id), change);
    expect(this.faults(id, status, answer)).toEqual([]);
    return answer;
  }

  /** What is wrong with an answer that should have this status. */
  faults(id: string, status: number, answer: RestAnswer): string[] {
    const breaches = this.contract.breaches(this.contract.find(id), answer);
    if (answer.status === status) return breaches;
    return [...breaches, `${id}: ${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`];
  }

  private async path(
    { path }: DocumentedOperation,
    { on = 'done', step = STEP_OF[on] }: OperationCall,
    fresh: boolean,
  ): Promise<string> {
    const named = path.replace('{namespace}', 'default').replace('{name}', 'order').replace('{step}', step);
    if (named.startsWith('/bulk/{id}')) return named.replace('{id}', await this.operation());
    if (named.startsWith('/approvals/{id}')) return named.replace('{id}', await this.approval());
    if (named.startsWith('/workers/{id}')) return named.replace('{id}', await this.worker());
    return /\{(id|taskId)\}/.test(named)
      ? named.replace(/\{(id|taskId)\}/, await (fresh ? this.task(on) : this.known(on)))
      : named;
  }

  private known(kind: TaskKind): Promise<string> {
    const task = this.tasks.get(kind) ?? this.task(kind);
    this.tasks.set(kind, task);
    return task;
  }

  private async operation(): Promise<string> {
    const { body } = await this.rest.post('/bulk', CALLS['bulk_create']?.body);
    return body.id as string;
  }

  /** Of a step that has just begun to wait. */
  async approval(): Promise<string> {
    const taskId = await this.task('asking');
    for (let tries = 0; tries < 1_000; tries++) {
      const { body } = await this.rest.get(`/approvals?taskId=${taskId}`);
      const [asked] = body.approvals as { id: string }[];
      if (asked) return asked.id;
    }
    throw new Error(`task ${taskId} has asked nobody`);
  }

  private async worker(): Promise<string> {
    const { body } = await this.rest.get('/workers');
    return String(body.workers.find(({ name }: { name: string }) => name === THROWAWAY).id);
  }
}

const unknownPath = (path: string): string =>
  path.replace(/\{(id|taskId)\}/, '999999999').replace(/\{\w+\}/g, 'nowhere');
