import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { DependentSystemEntity } from './dependent-system.entity';

const FIRST = 'dependent_system_object_maps_system_one_id_fkey';
const SECOND = 'dependent_system_object_maps_system_two_id_fkey';

/** The same object under the ids two external systems know it by. @public */
@Entity('dependent_system_object_maps')
// PostgreSQL cut the name off at 63 bytes.
@Unique('dependent_system_object_maps_system_one_id_system_two_id_re_key', [
  'systemOneId',
  'systemTwoId',
  'remoteIdOne',
  'remoteIdTwo',
])
export class DependentSystemObjectMapEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('int', { name: 'system_one_id' })
  systemOneId: number;

  @ManyToOne(() => DependentSystemEntity)
  @JoinColumn({ name: 'system_one_id', foreignKeyConstraintName: FIRST })
  systemOne: DependentSystemEntity;

  @Column('int', { name: 'system_two_id' })
  systemTwoId: number;

  @ManyToOne(() => DependentSystemEntity)
  @JoinColumn({ name: 'system_two_id', foreignKeyConstraintName: SECOND })
  systemTwo: DependentSystemEntity;

  @Column('text', { name: 'remote_id_one' })
  remoteIdOne: string;

  @Column('text', { name: 'remote_id_two' })
  remoteIdTwo: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
