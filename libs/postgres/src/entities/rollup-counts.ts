import { Column, PrimaryColumn } from 'typeorm';

/** What ended in a span of time, by template and step, as counts. */
export abstract class RollupCounts {
  /** 0: how long attempts ran; 1: how long those that completed had waited; 2: how long tasks took. */
  @PrimaryColumn('smallint')
  kind: number;

  @PrimaryColumn('int', { name: 'template_id' })
  templateId: number;

  /** -1: tasks. */
  @PrimaryColumn('smallint')
  position: number;

  @Column('int')
  ended: number;

  @Column('int')
  completed: number;

  @Column('int')
  failed: number;

  /** Of all that ended. */
  @Column('double precision', { name: 'all_ms' })
  allMs: number;

  /** Of those that completed. */
  @Column('double precision', { name: 'total_ms' })
  totalMs: number;

  /** Of those that completed; null when none did. */
  @Column('double precision', { name: 'max_ms', nullable: true })
  maxMs: number | null;

  /** Buckets that are not empty, ascending. */
  @Column('smallint', { array: true })
  buckets: number[];

  /** How many are in each. */
  @Column('int', { array: true })
  counts: number[];
}
