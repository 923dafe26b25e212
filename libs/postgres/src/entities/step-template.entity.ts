import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { DependentSystemEntity } from './dependent-system.entity';
import { LaneEntity } from './lane.entity';
import { TaskTemplateEntity } from './task-template.entity';

/** A step of a template's revision. @public */
@Entity('step_templates')
@Check('step_templates_run_if_check', "run_if = ANY (ARRAY['any'::text, 'all'::text, 'always'::text])")
@Unique('step_templates_template_id_name_key', ['templateId', 'name'])
// A partial index, which only SQL can describe.
@Index('step_templates_paused', { synchronize: false })
export class StepTemplateEntity {
  @PrimaryColumn('int', { name: 'template_id' })
  templateId: number;

  @ManyToOne(() => TaskTemplateEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'template_id', foreignKeyConstraintName: 'step_templates_template_id_fkey' })
  template: TaskTemplateEntity;

  /** Place in the template, from 0. */
  @PrimaryColumn('smallint')
  position: number;

  @Column('text')
  name: string;

  @Column('int', { name: 'lane_id' })
  laneId: number;

  @ManyToOne(() => LaneEntity)
  @JoinColumn({ name: 'lane_id', foreignKeyConstraintName: 'step_templates_lane_id_fkey' })
  lane: LaneEntity;

  @Column('int', { name: 'entry_lane_id' })
  entryLaneId: number;

  /** Where it is queued when it becomes ready: the engine's own lane when the engine decides something first. */
  @ManyToOne(() => LaneEntity)
  @JoinColumn({ name: 'entry_lane_id', foreignKeyConstraintName: 'step_templates_entry_lane_id_fkey' })
  entryLane: LaneEntity;

  @Column('int', { name: 'dependent_system_id', nullable: true })
  dependentSystemId: number | null;

  @ManyToOne(() => DependentSystemEntity)
  @JoinColumn({ name: 'dependent_system_id', foreignKeyConstraintName: 'step_templates_dependent_system_id_fkey' })
  dependentSystem: DependentSystemEntity | null;

  /** Positions of the steps it depends on. */
  @Column('smallint', { array: true })
  parents: number[];

  /** Nothing depends on it. */
  @Column('boolean', { name: 'is_sink' })
  isSink: boolean;

  @Column('boolean')
  retryable: boolean;

  /** Attempts in total. */
  @Column('int', { name: 'retry_limit' })
  retryLimit: number;

  /** Milliseconds. */
  @Column('bigint', { name: 'timeout_ms', nullable: true })
  timeoutMs: string | null;

  /** For all attempts, milliseconds. */
  @Column('bigint', { name: 'total_timeout_ms', nullable: true })
  totalTimeoutMs: string | null;

  /** Until the first attempt, milliseconds. */
  @Column('bigint', { name: 'start_timeout_ms', nullable: true })
  startTimeoutMs: string | null;

  @Column('boolean')
  skippable: boolean;

  /** A branch may leave it out, or a step before it. */
  @Column('boolean', { default: false })
  branched: boolean;

  /** Which of its parents have to have run, when branches left some out: any, all, or always. */
  @Column('text', { name: 'run_if', default: 'any' })
  runIf: string;

  /** Paused everywhere. */
  @Column('boolean', { default: false })
  paused: boolean;
}
