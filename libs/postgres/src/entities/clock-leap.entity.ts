import { Entity, PrimaryColumn } from 'typeorm';

/** Somebody set the database's clock. @public */
@Entity({ name: 'clock_leaps', synchronize: false })
export class ClockLeapEntity {
  /** What the clock showed when a worker noticed. */
  @PrimaryColumn('timestamptz')
  at: Date;

  /** By how much it had leapt, milliseconds. */
  @PrimaryColumn('double precision', { name: 'leap_ms' })
  leapMs: number;
}
