import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A key of a program that calls the API. Use `ApiKeyStore` to make, judge and revoke one. @public */
@Entity('api_keys')
@Unique('api_keys_prefix_key', ['prefix'])
export class ApiKeyEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('text')
  prefix: string;

  @Column('bytea', { select: false })
  hash: Buffer;

  @Column('text')
  name: string;

  @Column('text', { array: true })
  roles: string[];

  @Column('text', { array: true })
  permissions: string[];

  @Column('text', { array: true, nullable: true })
  namespaces: string[] | null;

  @Column('text', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('text', { name: 'revoked_by', nullable: true })
  revokedBy: string | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;
}
