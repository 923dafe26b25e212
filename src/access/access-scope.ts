import { Injectable } from '@nestjs/common';
import { isTaskId, TaskerError } from '@tasker/core';
import { findTaskNamespace, TaskerDatabase } from '@tasker/postgres';
import { forbidden } from './access-errors';
import type { Principal } from './access-policy';
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
  constructor(private readonly database: TaskerDatabase) {}

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
   * For every route that names a task by its id. Costs nothing for a principal of all namespaces, else one look-up by
   * primary key. The namespace of a task never changes, so what was allowed here is still allowed when it is done.
   *
   * @throws {TaskerError} TSK_TASK_NOT_FOUND for no task, and for one of another namespace
   */
  async assertTask(principal: Principal, taskId: string): Promise<void> {
    if (principal.namespaces === '*') return;
    const namespace = isTaskId(taskId) ? await this.namespaceOf(taskId) : null;
    if (namespace !== null && mayUseNamespace(principal, namespace)) return;
    throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${taskId}.`);
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

  private namespaceOf(taskId: string): Promise<string | null> {
    return findTaskNamespace(this.database.session, taskId);
  }
}
