import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signal recorded in a caller's transaction that has not been sent yet. @public */
@Entity({ name: 'sent_signals', synchronize: false })
export class SentSignalEntity {
  @PrimaryColumn('bigint')
  id: string;

  @Column('timestamptz', { name: 'sent_at' })
  sentAt: Date;

  @Column('bigint', { name: 'task_id', nullable: true })
  taskId: string | null;

  /** How long it is kept; null: as long as there is something to wait. */
  @Column('bigint', { name: 'ttl_ms', nullable: true })
  ttlMs: string | null;

  /** Null: that of the task. */
  @Column('text', { nullable: true })
  namespace: string | null;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  key: string | null;

  @Column('text', { name: 'signal_id', nullable: true })
  signalId: string | null;

  @Column('jsonb')
  payload: unknown;
}
