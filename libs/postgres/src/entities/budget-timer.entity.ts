import { Check, Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** When the time of a step, or of a task, is over. @public */
@Entity('budget_timers')
@Check('budget_timers_kind_check', "kind = ANY (ARRAY['total'::text, 'start'::text, 'deadline'::text])")
@Index('budget_timers_task', ['taskId'])
export class BudgetTimerEntity {
  @PrimaryColumn('timestamptz', { name: 'due_at' })
  dueAt: Date;

  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  seq: string;

  @Column('bigint', { name: 'task_id' })
  taskId: string;

  @Column('timestamptz', { name: 'armed_at' })
  armedAt: Date;

  /** Of a start: so far it is settled how long it has stood still. */
  @Column('timestamptz', { name: 'counted_at' })
  countedAt: Date;

  /** Of the step, when it was armed. */
  @Column('int')
  generation: number;

  /** -1: of the task. */
  @Column('smallint')
  position: number;

  /** For all attempts, until the first, or for the task. */
  @Column('text')
  kind: 'total' | 'start' | 'deadline';
}
