import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One attempt that ended, or one act of an operator; `StepTransitionEntity` is the view that expands it.
 *
 * The table is partitioned and has no key, so TypeORM must leave it alone; the columns marked primary tell rows apart.
 *
 * @public
 */
@Entity('step_history', { synchronize: false })
export class StepHistoryEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  @PrimaryColumn('timestamptz')
  at: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('int', { name: 'worker_id', nullable: true })
  workerId: number | null;

  /** Milliseconds in the queue before the attempt. */
  @Column('bigint', { name: 'waited_ms', default: 0 })
  waitedMs: string;

  @PrimaryColumn('smallint')
  position: number;

  @Column('int')
  attempt: number;

  /** Code in `STEP_STATE_CODES`. */
  @Column('smallint', { name: 'from_state' })
  fromState: number;

  /** Code in `STEP_STATE_CODES`. */
  @Column('smallint', { name: 'to_state' })
  toState: number;

  @Column('text', { nullable: true })
  actor: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('jsonb', { nullable: true })
  error: unknown;

  /** What an operator did: the verb, and what it replaced. */
  @Column('jsonb', { nullable: true })
  metadata: unknown;

  /** Equal for failures of one cause; the database computes it. */
  @Column({ type: 'text', nullable: true, insert: false, update: false })
  fingerprint: string | null;
}
