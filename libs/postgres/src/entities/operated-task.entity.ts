import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A live task an operator has touched. @public */
@Entity('operated_tasks')
@Index('operated_tasks_held', { synchronize: false })
export class OperatedTaskEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  /** Nothing of it is started. */
  @Column('boolean', { default: false })
  hold: boolean;

  /** Every step has a row, and settlements count the rows. */
  @Column('boolean', { default: false })
  exact: boolean;
}
