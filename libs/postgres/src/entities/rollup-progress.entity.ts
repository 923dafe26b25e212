import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far the history has been rolled up; one row. @public */
@Entity({ name: 'rollup_progress', synchronize: false })
export class RollupProgressEntity {
  @PrimaryColumn('boolean', { default: true })
  singleton: boolean;

  /** Hours before this are counted. Null: none yet. */
  @Column('timestamptz', { name: 'rolled_until', nullable: true })
  rolledUntil: Date | null;
}
