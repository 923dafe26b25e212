import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A decision that people are asked for. @public */
@Entity({ name: 'approvals', synchronize: false })
export class ApprovalEntity {
  @PrimaryColumn('bigint')
  id: string;

  @Column('bigint', { name: 'task_id' })
  taskId: string;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt: Date;

  @Column('timestamptz', { name: 'deadline_at', nullable: true })
  deadlineAt: Date | null;

  @Column('timestamptz', { name: 'escalated_at', nullable: true })
  escalatedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('int')
  generation: number;

  @Column('smallint')
  position: number;

  @Column('boolean', { name: 'not_initiator' })
  notInitiator: boolean;

  /** `open`, `approved`, `rejected`, `timed_out`, `superseded` or `withdrawn`. */
  @Column('text')
  state: string;

  @Column('text')
  namespace: string;

  /** Name of the template. */
  @Column('text')
  task: string;

  @Column('text')
  step: string;

  @Column('text')
  title: string;

  @Column('text', { nullable: true })
  description: string | null;

  /** JSON Schema of the answer. */
  @Column('jsonb', { nullable: true })
  form: unknown;

  /** `user:<principal id>` or `role:<role>`. */
  @Column('text', { array: true })
  assignees: string[];

  @Column('text', { name: 'escalate_to', array: true, nullable: true })
  escalateTo: string[] | null;

  @Column('text', { nullable: true })
  initiator: string | null;

  /** Who decided. */
  @Column('text', { nullable: true })
  actor: string | null;

  @Column('jsonb', { nullable: true })
  answer: unknown;
}
