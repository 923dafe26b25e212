import { TaskerError } from '../errors/tasker-error';
import type { StepContext } from './step-context';

/**
 * Runs one attempt with a handler, whatever it takes to obtain the instance (singleton, request scope, interceptors).
 *
 * @public
 */
export type HandlerInvoker = (step: StepContext) => Promise<unknown>;

/** Handlers of this process by name. Filled at boot, read by the executor. @public */
export class HandlerRegistry {
  private readonly invokers = new Map<string, HandlerInvoker>();

  /** @throws {TaskerError} TSK_HANDLER_DUPLICATE */
  register(name: string, invoke: HandlerInvoker): void {
    if (this.invokers.has(name)) {
      throw new TaskerError('TSK_HANDLER_DUPLICATE', `Two step handlers are named "${name}".`);
    }
    this.invokers.set(name, invoke);
  }

  has(name: string): boolean {
    return this.invokers.has(name);
  }

  /** @throws {TaskerError} TSK_HANDLER_NOT_FOUND */
  get(name: string): HandlerInvoker {
    const invoke = this.invokers.get(name);
    if (!invoke) throw new TaskerError('TSK_HANDLER_NOT_FOUND', `No step handler is named "${name}".`);
    return invoke;
  }

  /** Sorted. */
  names(): string[] {
    return [...this.invokers.keys()].sort();
  }
}
