import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An id that a signal has had at an address. @public */
@Entity({ name: 'signal_ids', synchronize: false })
export class SignalIdEntity {
  @PrimaryColumn('bigint', { name: 'box_id' })
  boxId: string;

  @Column('timestamptz', { name: 'sent_at' })
  sentAt: Date;

  @PrimaryColumn('text', { name: 'signal_id' })
  signalId: string;
}
