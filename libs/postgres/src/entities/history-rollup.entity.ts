import { Entity, PrimaryColumn } from 'typeorm';
import { RollupCounts } from './rollup-counts';

/** What ended in one hour, by template and step, as counts. May change with any version: ask the insights. @public */
@Entity({ name: 'history_rollup', synchronize: false })
export class HistoryRollupEntity extends RollupCounts {
  @PrimaryColumn('timestamptz')
  hour: Date;
}
