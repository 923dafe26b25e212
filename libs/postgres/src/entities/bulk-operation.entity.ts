import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A verb applied to many tasks: its progress and outcome. @public */
@Entity({ name: 'bulk_operations', synchronize: false })
export class BulkOperationEntity {
  @PrimaryColumn('bigint')
  id: string;

  @Column('jsonb')
  command: unknown;

  @Column('jsonb')
  filter: unknown;

  @Column('text')
  actor: string;

  @Column('text', { nullable: true })
  reason: string | null;

  /** `running`, `complete`, `cancelled` or `failed`. */
  @Column('text')
  state: string;

  /** Tasks up to this one have been dealt with. */
  @Column('bigint', { name: 'last_task_id' })
  lastTaskId: string;

  /** Tasks created after the start are not touched. */
  @Column('bigint', { name: 'until_task_id' })
  untilTaskId: string;

  @Column('int')
  matched: number;

  @Column('int')
  changed: number;

  @Column('int')
  unchanged: number;

  @Column('int')
  refused: number;

  @Column('int')
  failed: number;

  /** How many were refused or failed, by error code. */
  @Column('jsonb')
  refusals: unknown;

  /** The first few of them. */
  @Column('jsonb')
  samples: unknown;

  /** Tasks per second; null: as fast as it goes. */
  @Column('real', { nullable: true })
  rate: number | null;

  @Column('int', { name: 'batch_size' })
  batchSize: number;

  @Column('timestamptz', { name: 'next_batch_at' })
  nextBatchAt: Date;

  /** Which process runs it. */
  @Column('text', { nullable: true })
  owner: string | null;

  @Column('timestamptz', { name: 'lease_expires_at' })
  leaseExpiresAt: Date;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
