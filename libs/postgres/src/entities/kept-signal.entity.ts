import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A signal that nobody has waited for yet. @public */
@Entity({ name: 'kept_signals', synchronize: false })
export class KeptSignalEntity {
  @PrimaryColumn('bigint', { name: 'box_id' })
  boxId: string;

  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('timestamptz', { name: 'sent_at' })
  sentAt: Date;

  @Column('timestamptz', { name: 'keep_until' })
  keepUntil: Date;

  /** What its sender called it. */
  @Column('text', { name: 'signal_id', nullable: true })
  signalId: string | null;

  @Column('jsonb')
  payload: unknown;
}
