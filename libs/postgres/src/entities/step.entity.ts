import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { TaskEntity } from './task.entity';

/**
 * A step to which something happened; a step without a row is pending or a root in the queue. `TaskStepEntity` is the
 * view that lists all of them.
 *
 * @public
 */
@Entity('steps')
@Check('steps_state_check', 'state >= 0 AND state <= 15')
export class StepEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  @ManyToOne(() => TaskEntity, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'task_id' })
  task: TaskEntity;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('int', { name: 'worker_id', nullable: true })
  workerId: number | null;

  /** Milliseconds in the queue before the last attempt. */
  @Column('bigint', { name: 'waited_ms', default: 0 })
  waitedMs: string;

  /** Place in the template, from 0; -1 is the virtual end of a task with several sinks. */
  @PrimaryColumn('smallint')
  position: number;

  /** Code in `STEP_STATE_CODES`. */
  @Column('smallint')
  state: number;

  /** Parents it waits for, when there are several. */
  @Column('smallint', { default: 0 })
  need: number;

  /** Those of them that are satisfied. */
  @Column('smallint', { default: 0 })
  met: number;

  /** Of those that are satisfied, the ones that no branch left out. */
  @Column('smallint', { default: 0 })
  ran: number;

  @Column('int', { default: 0 })
  attempt: number;

  /** Attempts that do not count against the retry limit. */
  @Column('int', { default: 0 })
  granted: number;

  /** How often an operator has rerun the step. */
  @Column('int', { default: 0 })
  generation: number;

  /** An ancestor ended in error or was cancelled. */
  @Column('boolean', { default: false })
  blocked: boolean;

  /** Its condition held in this generation. */
  @Column('boolean', { default: false })
  admitted: boolean;

  @Column('jsonb', { nullable: true })
  result: unknown;

  /** What the step saved for its next attempt; gone once it is finished. */
  @Column('jsonb', { nullable: true })
  checkpoint: unknown;

  /** How far an attempt says it is: attempt, fraction, note, at. Of use while that attempt runs. */
  @Column('jsonb', { nullable: true })
  progress: unknown;

  /** Fields of the context it sees with other values. */
  @Column('jsonb', { nullable: true })
  inputs: unknown;
}
