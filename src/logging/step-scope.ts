import { AsyncLocalStorage } from 'node:async_hooks';
import type { StepScope } from '@tasker/core';

/** One for the process: what is current depends on the call, not on the application. */
const storage = new AsyncLocalStorage<StepScope>();

/**
 * The step attempt that the calling code runs for; undefined outside of handlers. For loggers of the host, such as
 * pino's `mixin: () => ({ ...taskerScope() })`.
 *
 * @public
 */
export const taskerScope = (): StepScope | undefined => storage.getStore();

/** Runs `work` so that `taskerScope()` answers with the scope inside. @internal */
export const runInStepScope = <T>(scope: StepScope, work: () => T): T => storage.run(scope, work);
