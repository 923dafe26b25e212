import type { Provider } from '@nestjs/common';
import { HandlerDocuments } from './handler-documents';
import { ScopedTasks } from './scoped-tasks';
import { ScopedWaits } from './scoped-waits';
import { TaskBatch } from './task-batch';
import { TaskDocuments } from './task-documents';
import { WorkerRows } from './worker-rows';

/**
 * For the module of every transport, beside the access providers that decide who calls: what it does for callers it
 * knows.
 *
 * @internal
 */
export const API_PROVIDERS: Provider[] = [
  ScopedTasks,
  ScopedWaits,
  TaskBatch,
  TaskDocuments,
  HandlerDocuments,
  WorkerRows,
];
