import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A step that waits for its next attempt. @public */
@Entity('delayed_steps')
@Index('delayed_steps_task', ['taskId'])
export class DelayedStepEntity {
  @PrimaryColumn('timestamptz', { name: 'run_at' })
  runAt: Date;

  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  seq: string;

  @Column('bigint', { name: 'task_id' })
  taskId: string;

  @Column('int', { name: 'template_id' })
  templateId: number;

  @Column('int', { name: 'lane_id' })
  laneId: number;

  /** Minus the priority of the task. */
  @Column('smallint')
  rank: number;

  @Column('smallint')
  position: number;
}
