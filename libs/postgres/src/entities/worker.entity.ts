import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A worker that is alive, or was and still holds steps. @public */
@Entity('workers')
export class WorkerEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('text')
  name: string;

  @Column('text')
  host: string;

  @Column('int')
  pid: number;

  /** Version of Tasker it runs. */
  @Column('text')
  version: string;

  /** The highest engine level it understands. */
  @Column('int', { default: 1 })
  level: number;

  /** Lanes it claims from. */
  @Column('int', { array: true })
  lanes: number[];

  @Column('int')
  concurrency: number;

  /** Steps in its hands at the last heartbeat. */
  @Column('int', { default: 0 })
  running: number;

  /** No step in its hands belongs to a task below this id. */
  @Column('bigint', { name: 'min_task_id', default: 0 })
  minTaskId: string;

  @Column('timestamptz', { name: 'started_at', default: () => 'now()' })
  startedAt: Date;

  @Column('timestamptz', { name: 'heartbeat_at', default: () => 'now()' })
  heartbeatAt: Date;

  @Column('timestamptz', { name: 'lease_expires_at' })
  leaseExpiresAt: Date;

  @Column('boolean', { default: false })
  draining: boolean;

  /** When it was declared lost. */
  @Column('timestamptz', { name: 'lost_at', nullable: true })
  lostAt: Date | null;

  /** When its steps were taken over; its row goes a lease later. */
  @Column('timestamptz', { name: 'rescued_at', nullable: true })
  rescuedAt: Date | null;

  /** An operator wants it to take no more steps. */
  @Column('boolean', { name: 'drain_requested', default: false })
  drainRequested: boolean;
}
