import type { TaskState } from '@tasker/core';
import { ViewColumn, ViewEntity } from 'typeorm';

/** A task with the name of its template, for reading. @public */
@ViewEntity({ name: 'task_list', synchronize: false })
export class TaskListEntity {
  @ViewColumn({ name: 'task_id' })
  taskId: string;

  @ViewColumn()
  namespace: string;

  @ViewColumn()
  name: string;

  @ViewColumn()
  version: string;

  @ViewColumn()
  revision: number;

  @ViewColumn()
  state: TaskState;

  @ViewColumn()
  priority: number;

  /** Paused: nothing of it is started. */
  @ViewColumn()
  hold: boolean;

  @ViewColumn()
  identity: string | null;

  @ViewColumn()
  initiator: string | null;

  @ViewColumn({ name: 'source_system' })
  sourceSystem: string | null;

  @ViewColumn()
  reason: string | null;

  @ViewColumn({ name: 'correlation_id' })
  correlationId: string;

  @ViewColumn({ name: 'trace_parent' })
  traceParent: string | null;

  @ViewColumn()
  tags: string[];

  @ViewColumn({ name: 'requested_at' })
  requestedAt: Date;

  @ViewColumn({ name: 'started_at' })
  startedAt: Date | null;

  @ViewColumn({ name: 'finished_at' })
  finishedAt: Date | null;

  @ViewColumn({ name: 'template_id' })
  templateId: number;

  @ViewColumn()
  context: unknown;

  /** Acts of operators on it so far. */
  @ViewColumn({ name: 'lock_version' })
  lockVersion: number;
}
