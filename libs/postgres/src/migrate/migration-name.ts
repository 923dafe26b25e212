import { createHash } from 'node:crypto';
import type { Migration } from '@tasker/migrations';

/** How people and errors call a migration, such as `0001_words`. */
export const migrationName = ({ number, name }: Pick<Migration, 'number' | 'name'>): string => `${number}_${name}`;

/** What of a migration must not change once it ran anywhere: SHA-256 of its `up` as it stands in the file, in hex. */
export const migrationDigest = ({ up }: Pick<Migration, 'up'>): string => createHash('sha256').update(up).digest('hex');
