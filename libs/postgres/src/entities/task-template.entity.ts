import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One revision of a version of a template; never changes. @public */
@Entity('task_templates')
@Unique('task_templates_namespace_name_version_revision_key', ['namespace', 'name', 'version', 'revision'])
@Unique('task_templates_namespace_name_version_digest_key', ['namespace', 'name', 'version', 'digest'])
export class TaskTemplateEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS' })
  id: number;

  /** First revision of any version of this name. */
  @Column('int', { name: 'first_id' })
  firstId: number;

  @Column('text')
  namespace: string;

  @Column('text')
  name: string;

  @Column('text')
  version: string;

  @Column('int')
  revision: number;

  @Column('text')
  digest: string;

  /** The lowest engine level that understands the definition. */
  @Column('int', { default: 1 })
  level: number;

  @Column('jsonb')
  definition: unknown;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
