import { ViewColumn, ViewEntity } from 'typeorm';

/** A worker that nobody has declared lost and whose lease has not ended. @public */
@ViewEntity({ name: 'live_workers', synchronize: false })
export class LiveWorkerEntity {
  @ViewColumn()
  id: number;

  @ViewColumn()
  name: string;

  @ViewColumn()
  host: string;

  @ViewColumn()
  pid: number;

  /** Version of Tasker it runs. */
  @ViewColumn()
  version: string;

  /** The highest engine level it understands. */
  @ViewColumn()
  level: number;

  /** Lanes it claims from. */
  @ViewColumn()
  lanes: number[];

  @ViewColumn()
  concurrency: number;

  /** Steps in its hands at the last heartbeat. */
  @ViewColumn()
  running: number;

  /** No step in its hands belongs to a task below this id. */
  @ViewColumn({ name: 'min_task_id' })
  minTaskId: string;

  @ViewColumn({ name: 'started_at' })
  startedAt: Date;

  @ViewColumn({ name: 'heartbeat_at' })
  heartbeatAt: Date;

  @ViewColumn({ name: 'lease_expires_at' })
  leaseExpiresAt: Date;

  @ViewColumn()
  draining: boolean;

  /** An operator wants it to take no more steps. */
  @ViewColumn({ name: 'drain_requested' })
  drainRequested: boolean;

  /** It takes steps of its lanes. */
  @ViewColumn()
  serving: boolean;
}
