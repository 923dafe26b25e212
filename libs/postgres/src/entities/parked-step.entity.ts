import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A queue entry that waits because its task, or its step everywhere, is paused.
 *
 * The table has no key, so TypeORM must leave it alone; the columns marked primary tell rows apart.
 *
 * @public
 */
@Entity('parked_steps', { synchronize: false })
export class ParkedStepEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  @PrimaryColumn('smallint')
  position: number;

  @Column('int', { name: 'template_id' })
  templateId: number;

  @Column('int', { name: 'lane_id' })
  laneId: number;

  /** Minus the priority. */
  @Column('smallint')
  rank: number;

  /** The step has no row yet. */
  @Column('boolean')
  fresh: boolean;

  @Column('timestamptz', { name: 'ready_at' })
  readyAt: Date;
}
