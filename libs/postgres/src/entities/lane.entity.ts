import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One lane of the queue per named queue, handler and engine level. @public */
@Entity('lanes')
@Unique('lanes_queue_handler_level_key', ['queue', 'handler', 'level'])
export class LaneEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('text')
  queue: string;

  @Column('text')
  handler: string;

  /** Engine level of the templates whose steps lie in it. */
  @Column('int', { default: 1 })
  level: number;
}
