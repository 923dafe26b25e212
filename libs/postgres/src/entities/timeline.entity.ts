import { Column, Entity, PrimaryColumn } from 'typeorm';

/** In which course of the database's history ids were last given out; one row. @public */
@Entity({ name: 'timeline', synchronize: false })
export class TimelineEntity {
  @PrimaryColumn('boolean', { name: 'only_row', default: true })
  onlyRow: boolean;

  /** The server's own identity, which copies made by replication share. */
  @Column('bigint', { name: 'system_id' })
  systemId: string;

  @Column('int')
  timeline: number;

  @Column('timestamptz', { name: 'entered_at', default: () => 'now()' })
  enteredAt: Date;
}
