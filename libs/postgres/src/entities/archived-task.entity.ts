import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A pruned task, as one document. Nothing of Tasker reads it. @public */
@Entity({ name: 'archived_tasks', synchronize: false })
export class ArchivedTaskEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  @Column('text')
  namespace: string;

  @Column('text')
  name: string;

  @Column('text')
  version: string;

  @Column('text')
  state: string;

  @Column('text', { nullable: true })
  identity: string | null;

  @Column('text', { name: 'correlation_id' })
  correlationId: string;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt: Date;

  @Column('timestamptz', { name: 'finished_at' })
  finishedAt: Date;

  @Column('timestamptz', { name: 'archived_at' })
  archivedAt: Date;

  /** Task, steps, transitions and annotations, as the public views showed them. */
  @Column('jsonb')
  document: unknown;
}
