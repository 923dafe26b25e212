import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { AnnotationTypeEntity } from './annotation-type.entity';
import { TaskEntity } from './task.entity';

/** Data somebody attached to a task. @public */
@Entity('task_annotations')
@Index('task_annotations_task', ['taskId', 'id'])
@Index('task_annotations_type', ['annotationTypeId', 'taskId'])
// For containment, which only SQL can describe.
@Index('task_annotations_annotation', { synchronize: false })
export class TaskAnnotationEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('bigint', { name: 'task_id' })
  taskId: string;

  @ManyToOne(() => TaskEntity, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'task_id' })
  task: TaskEntity;

  @Column('int', { name: 'annotation_type_id' })
  annotationTypeId: number;

  @ManyToOne(() => AnnotationTypeEntity)
  @JoinColumn({ name: 'annotation_type_id', foreignKeyConstraintName: 'task_annotations_annotation_type_id_fkey' })
  annotationType: AnnotationTypeEntity;

  @Column('jsonb')
  annotation: unknown;

  @Column('text', { nullable: true })
  actor: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
