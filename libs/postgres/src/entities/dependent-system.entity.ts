import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** An external system that steps talk to. @public */
@Entity('dependent_systems')
@Unique('dependent_systems_name_key', ['name'])
@Check('dependent_systems_name_check', 'length(name) >= 1 AND length(name) <= 64')
export class DependentSystemEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  description: string | null;
}
