import type { CreatedTask, EngineStore, NewSignal, NewTask, TaskPlan, TaskTemplateDefinition } from '@tasker/core';
import type { RunInTransaction } from '@tasker/postgres';

/** What the module needs of a store beside the verbs of the engine; the type behind `TASKER_ENGINE_STORE`. @public */
export interface TaskerStore extends EngineStore {
  /**
   * All or nothing.
   *
   * @returns plans in the order of the definitions
   * @throws {TaskerError} TSK_TEMPLATE_CHANGED
   */
  registerTemplates(definitions: readonly TaskTemplateDefinition[], onChange: 'revise' | 'error'): Promise<TaskPlan[]>;
  /** @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND */
  loadPlan(templateId: number): Promise<TaskPlan>;
  /** Writes inside the caller's transaction; in the order of the tasks. */
  createInTransaction(run: RunInTransaction, tasks: readonly NewTask[]): Promise<CreatedTask[]>;
  /** Records inside the caller's transaction signals that are sent after it has committed. */
  recordSignals(run: RunInTransaction, signals: readonly NewSignal[]): Promise<void>;
  close(): Promise<void>;
}
