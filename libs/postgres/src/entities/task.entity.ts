import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { TaskTemplateEntity } from './task-template.entity';

/** A task as it is stored; `TaskListEntity` is the view for reading. @public */
@Entity('tasks')
@Check('tasks_state_check', 'state >= 0 AND state <= 14')
@Check('tasks_priority_check', "priority >= '-100'::integer AND priority <= 100")
// Partial indexes and those for containment, which only SQL can describe.
@Index('tasks_identity', { synchronize: false })
@Index('tasks_tags', { synchronize: false })
@Index('tasks_context', { synchronize: false })
@Index('tasks_template', ['templateId', 'requestedAt', 'id'])
export class TaskEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('int', { name: 'template_id' })
  templateId: number;

  /** Of a task with an identity: the first revision of its template, within which it is unique. */
  @Column('int', { name: 'identity_template', nullable: true })
  identityTemplate: number | null;

  @ManyToOne(() => TaskTemplateEntity, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'template_id' })
  template: TaskTemplateEntity;

  /** Code in `TASK_STATE_CODES`. */
  @Column('smallint', { default: 0 })
  state: number;

  @Column('smallint', { default: 0 })
  priority: number;

  /** Paused: nothing of it is started. */
  @Column('boolean', { default: false })
  hold: boolean;

  /** Acts of operators on it so far. */
  @Column('int', { name: 'lock_version', default: 0 })
  lockVersion: number;

  @Column('text', { nullable: true })
  identity: string | null;

  @Column('text', { nullable: true })
  initiator: string | null;

  @Column('text', { name: 'source_system', nullable: true })
  sourceSystem: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('text', { name: 'correlation_id' })
  correlationId: string;

  @Column('text', { name: 'trace_parent', nullable: true })
  traceParent: string | null;

  @Column('text', { array: true, default: () => "'{}'" })
  tags: string[];

  /** Positions of the steps to skip. */
  @Column('smallint', { array: true, nullable: true })
  bypass: number[] | null;

  @Column('jsonb')
  context: unknown;
}
