import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A step that waits, or has waited. @public */
@Entity({ name: 'step_waits', synchronize: false })
export class StepWaitEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt: Date;

  /** When the time does something about it. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  /** What comes after an interim. */
  @Column('timestamptz', { name: 'later_at', nullable: true })
  laterAt: Date | null;

  /** Null: it is open. */
  @Column('timestamptz', { name: 'woken_at', nullable: true })
  wokenAt: Date | null;

  @Column('int')
  generation: number;

  @Column('int', { name: 'template_id' })
  templateId: number;

  /** Where its step is queued when it is woken. */
  @Column('int', { name: 'lane_id' })
  laneId: number;

  @PrimaryColumn('smallint')
  position: number;

  /** How much still has to come. */
  @Column('smallint')
  lacking: number;

  /** Whether `dueAt` is not its end. */
  @Column('boolean')
  interim: boolean;

  /** `sleep`, `signal`, `approval` or `suspended`. */
  @Column('text')
  kind: string;

  /** `time`, `signal` or `decision`. */
  @Column('text', { name: 'woken_by', nullable: true })
  wokenBy: string | null;
}
