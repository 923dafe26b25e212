import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One lane of the queue per named queue and handler. @public */
@Entity('lanes')
@Unique('lanes_queue_handler_key', ['queue', 'handler'])
export class LaneEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('text')
  queue: string;

  @Column('text')
  handler: string;
}
