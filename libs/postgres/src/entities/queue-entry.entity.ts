import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A step that is ready, waiting for a worker. @public */
@Entity('queue')
export class QueueEntryEntity {
  @PrimaryColumn('int', { name: 'lane_id' })
  laneId: number;

  /** Minus the priority of the task. */
  @PrimaryColumn('smallint')
  rank: number;

  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  seq: string;

  @Column('bigint', { name: 'task_id' })
  taskId: string;

  @Column('int', { name: 'template_id' })
  templateId: number;

  @Column('smallint')
  position: number;

  /** The step has no row yet. */
  @Column('boolean')
  fresh: boolean;

  /** The task has no other step. */
  @Column('boolean', { default: false })
  lone: boolean;

  @Column('timestamptz', { name: 'ready_at' })
  readyAt: Date;
}
