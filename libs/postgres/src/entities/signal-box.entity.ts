import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** An address that signals are sent to and waited for at. @public */
@Entity({ name: 'signal_boxes', synchronize: false })
export class SignalBoxEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('timestamptz', { name: 'touched_at' })
  touchedAt: Date;

  /** Signals that are kept there. */
  @Column('int', { default: 0 })
  kept: number;

  @Column('text')
  namespace: string;

  @Column('text')
  name: string;

  /** Of a signal to a task: `@` and its id. */
  @Column('text')
  key: string;
}
