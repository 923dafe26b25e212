import { Entity, PrimaryColumn } from 'typeorm';
import { RollupCounts } from './rollup-counts';

/** What ended on one day (UTC), by template and step, as counts. May change with any version: ask the insights. @public */
@Entity({ name: 'history_rollup_days', synchronize: false })
export class HistoryRollupDayEntity extends RollupCounts {
  @PrimaryColumn('timestamptz')
  day: Date;
}
