import type { TaskState } from '@tasker/core';
import { ViewColumn, ViewEntity } from 'typeorm';

/** A change of state of a task. @public */
@ViewEntity({ name: 'task_transitions', synchronize: false })
export class TaskTransitionEntity {
  @ViewColumn({ name: 'task_id' })
  taskId: string;

  /** Null: it was created. */
  @ViewColumn({ name: 'from_state' })
  fromState: TaskState | null;

  @ViewColumn({ name: 'to_state' })
  toState: TaskState;

  @ViewColumn()
  at: Date;

  @ViewColumn({ name: 'worker_id' })
  workerId: number | null;

  /** Who created it, or the operator who acted; null when it moved by itself. */
  @ViewColumn()
  actor: string | null;

  @ViewColumn()
  reason: string | null;

  @ViewColumn()
  metadata: unknown;

  /** Place among the transitions of its task, from 1. */
  @ViewColumn()
  ordinal: string;
}
