import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A change of state of a task beyond created and started; `TaskTransitionEntity` is the view with all of them.
 *
 * The table is partitioned and has no key, so TypeORM must leave it alone; the columns marked primary tell rows apart.
 *
 * @public
 */
@Entity('task_history', { synchronize: false })
export class TaskHistoryEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  @PrimaryColumn('timestamptz')
  at: Date;

  @Column('int', { name: 'worker_id', nullable: true })
  workerId: number | null;

  /** Code in `TASK_STATE_CODES`. */
  @Column('smallint', { name: 'from_state' })
  fromState: number;

  /** Code in `TASK_STATE_CODES`. */
  @Column('smallint', { name: 'to_state' })
  toState: number;

  @Column('text', { nullable: true })
  actor: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('jsonb', { nullable: true })
  metadata: unknown;
}
