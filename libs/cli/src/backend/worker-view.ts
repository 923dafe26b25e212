import { workerState } from '@tasker/core';
import type { WorkerRow } from '@tasker/postgres';
import type { WorkerView } from './backend-views';
import type { Wire } from './wire';

/** Workers by id, each with its state in a word. @internal */
export const workerViews = (rows: readonly Wire<WorkerRow>[]): WorkerView[] =>
  rows.map(workerView).sort((one, other) => one.id - other.id);

function workerView(row: Wire<WorkerRow>): WorkerView {
  const { id, name, host, pid, version, concurrency, running, handlers, startedAt, heartbeatAt } = row;
  return {
    ...{ id, name, host, pid, version, state: workerState(row) },
    ...{ concurrency, running, handlers, startedAt, heartbeatAt },
  };
}
