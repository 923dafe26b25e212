import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A kind of annotation. @public */
@Entity('annotation_types')
@Unique('annotation_types_name_key', ['name'])
@Check('annotation_types_name_check', 'length(name) >= 1 AND length(name) <= 64')
export class AnnotationTypeEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  description: string | null;
}
