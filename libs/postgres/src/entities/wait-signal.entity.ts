import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signal that a step waits for, with what came. @public */
@Entity({ name: 'wait_signals', synchronize: false })
export class WaitSignalEntity {
  @PrimaryColumn('bigint', { name: 'task_id' })
  taskId: string;

  @Column('bigint', { name: 'box_id' })
  boxId: string;

  @PrimaryColumn('smallint')
  position: number;

  @PrimaryColumn('smallint')
  place: number;

  /** The most it takes. */
  @Column('smallint')
  wanted: number;

  /** It takes more. */
  @Column('boolean')
  open: boolean;

  @Column('text')
  name: string;

  @Column('jsonb')
  taken: unknown;
}
