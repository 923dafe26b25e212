import type { OperationSpec } from '../operation/operation-spec';
import { WORKERS } from '../schemas/handler.schemas';

/** @internal */
export const LIST_WORKERS: OperationSpec = {
  id: 'workers_index',
  route: 'GET /',
  permission: 'tasker.worker:index',
  summary: 'List workers',
  description: 'Processes that run steps; one that has stopped in good order is not listed any more.',
  answers: { 200: { description: 'Newest first.', schema: WORKERS } },
};

/** @internal */
export const DRAIN_WORKER: OperationSpec = {
  id: 'workers_drain',
  route: 'POST :id/drain',
  permission: 'tasker.worker:drain',
  summary: 'Drain a worker',
  description: 'It takes no more steps and finishes what it has; it hears of it with its next heartbeat.',
  answers: { 202: { description: 'It was asked to.' } },
  errors: ['TSK_WORKER_NOT_FOUND'],
};
