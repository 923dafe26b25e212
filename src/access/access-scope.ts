import { Inject, Injectable, Optional } from '@nestjs/common';
import { isTaskId, TaskerError } from '@tasker/core';
import { findTaskFacts, TaskerDatabase, type TaskFacts } from '@tasker/postgres';
import { forbidden } from './access-errors';
import { TASKER_ACCESS_POLICY, type AccessPolicy, type Principal } from './access-policy';
import { mayUseNamespace } from './namespaces';

/** A filter that names one namespace, several, or none for all. @public */
export interface NamespaceFilter {
  readonly namespace?: string | readonly string[];
}

/**
 * Keeps a principal inside its namespaces. A namespace the caller names itself is refused with 403; something of
 * another namespace found by its id is answered as if it did not exist, so that ids tell nothing.
 *
 * @public
 */
@Injectable()
export class AccessScope {
  constructor(
    private readonly database: TaskerDatabase,
    @Optional() @Inject(TASKER_ACCESS_POLICY) private readonly policy: AccessPolicy | null = null,
  ) {}

  /**
   * For requests that name a namespace: creating, pausing a step everywhere, templates.
   *
   * @param namespace undefined for what is left out of a request, which means `default`
   * @throws {TaskerError} TSK_FORBIDDEN with the namespace in data
   */
  assertNamespace(principal: Principal, namespace = 'default'): void {
    if (mayUseNamespace(principal, namespace)) return;
    throw forbidden(`The namespace "${namespace}" is not open to these credentials.`, { namespace });
  }

  /**
   * For everything that takes a filter: lists, searches, analytics, bulk operations. What the filter asks for stays
   * as it is when it is allowed; a filter of all namespaces becomes one of the principal's.
   *
   * @throws {TaskerError} TSK_FORBIDDEN when the filter names a namespace that is not the principal's, or when the
   * principal has no namespace at all
   */
  narrow<F extends NamespaceFilter>(principal: Principal, filter: F): Omit<F, 'namespace'> & NamespaceFilter {
    const { namespaces } = principal;
    if (namespaces === '*') return filter;
    if (namespaces.length === 0) throw forbidden('These credentials are for no namespace.');
    const asked = filter.namespace === undefined ? [] : [filter.namespace].flat();
    if (asked.length === 0) return { ...filter, namespace: namespaces };
    for (const namespace of asked) this.assertNamespace(principal, namespace);
    return filter;
  }

  /**
   * For every route that names a task by its id. Costs nothing for a principal of all namespaces whose policy decides on
   * no single task, else one look-up by primary key. Of what is decided on only tags change, so what was allowed here is
   * still allowed when it is done.
   *
   * @throws {TaskerError} TSK_TASK_NOT_FOUND for no task, for one of another namespace, and for one the policy refuses
   */
  async assertTask(principal: Principal, taskId: string): Promise<void> {
    const [open] = await this.openTasks(principal, [taskId]);
    if (open !== undefined) return;
    throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${taskId}.`);
  }

  /**
   * As `assertTask`, for routes that name several tasks and leave out those that do not exist.
   *
   * @param taskIds at most 500
   * @returns those of the principal, in no order; all of them when there is nothing to decide
   */
  async openTasks(principal: Principal, taskIds: readonly string[]): Promise<readonly string[]> {
    if (principal.namespaces === '*' && !this.policy?.admitsTask) return taskIds;
    const facts = await findTaskFacts(this.database.session, taskIds.filter(isTaskId));
    const admitted = await Promise.all(facts.map((task) => this.admits(principal, task)));
    return facts.flatMap(({ taskId }, index) => (admitted[index] ? [taskId] : []));
  }

  /**
   * Whether everything that a stored filter stands for is the principal's: for bulk operations found by their id.
   * A filter of all namespaces belongs to principals of all namespaces only.
   */
  covers(principal: Principal, { namespace }: NamespaceFilter): boolean {
    if (principal.namespaces === '*') return true;
    const named = namespace === undefined ? [] : [namespace].flat();
    return named.length > 0 && named.every((name) => mayUseNamespace(principal, name));
  }

  private async admits(principal: Principal, task: TaskFacts): Promise<boolean> {
    if (!mayUseNamespace(principal, task.namespace)) return false;
    return !this.policy?.admitsTask || (await this.policy.admitsTask(principal, task)) === true;
  }
}
