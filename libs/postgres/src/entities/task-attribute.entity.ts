import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { TaskEntity } from './task.entity';

/** What a task is found by, as its template declares. @public */
@Entity('task_attributes')
@Check('task_attributes_check', 'num_nonnulls(text_value, number_value) = 1')
@Index('task_attributes_text', ['name', 'textValue', 'taskId'], { where: '(text_value IS NOT NULL)' })
@Index('task_attributes_number', ['name', 'numberValue', 'taskId'], { where: '(number_value IS NOT NULL)' })
export class TaskAttributeEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  @ManyToOne(() => TaskEntity, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'task_id' })
  task: TaskEntity;

  @Column({ type: 'text', primary: true, collation: 'C' })
  name: string;

  /** Texts, booleans as `true` and `false`, instants in UTC. */
  @Column({ type: 'text', name: 'text_value', nullable: true, collation: 'C' })
  textValue: string | null;

  @Column('double precision', { name: 'number_value', nullable: true })
  numberValue: number | null;
}
