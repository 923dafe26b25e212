import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A step of a template that is paused everywhere.
 *
 * The version of its unique key may be null, so TypeORM must leave it alone; the columns marked primary tell rows apart.
 *
 * @public
 */
@Entity('step_pauses', { synchronize: false })
export class StepPauseEntity {
  @PrimaryColumn('text')
  namespace: string;

  @PrimaryColumn('text')
  name: string;

  /** Null: every version. */
  @Column('text', { nullable: true })
  version: string | null;

  @PrimaryColumn('text')
  step: string;

  @Column('text')
  actor: string;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('timestamptz', { name: 'paused_at', default: () => 'now()' })
  pausedAt: Date;
}
