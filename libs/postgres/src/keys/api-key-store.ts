import { timingSafeEqual } from 'node:crypto';
import { TaskerError } from '@tasker/core';
import type { Session } from '../database/session';
import type { ApiKey, CreatedApiKey, KeyVerdict, NewApiKey } from './api-key';
import { CREATE_KEY, FIND_KEY, LIST_KEYS, REVOKE_KEY, TOUCH_KEY } from './api-key-statements';
import { checkNewApiKey } from './check-new-api-key';
import { digestOf, newKey, prefixOf } from './key-text';

/** Longest `int` of PostgreSQL: an id beyond it belongs to no key. */
const MAX_ID = 2_147_483_647;

interface KeyRow extends Omit<ApiKey, 'namespaces'> {
  readonly namespaces: readonly string[] | null;
}

interface FoundRow extends KeyRow {
  readonly hash: Buffer;
  readonly expired: boolean;
  /** Nobody has noted the use of the key for a minute. */
  readonly untouched: boolean;
}

const LISTED = 1_000;

/** The API keys of a schema: what the command line and the authentication share. @public */
export class ApiKeyStore {
  constructor(private readonly session: Session) {}

  /**
   * Makes a key of 256 random bits. Only a digest of it is stored, so this is the one time it can be shown.
   *
   * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
   */
  async create(request: NewApiKey): Promise<CreatedApiKey> {
    checkNewApiKey(request);
    const { name, roles = [], permissions = [], namespaces, createdBy, expiresAt = null } = request;
    const { key, prefix } = newKey();
    const scope = namespaces === '*' ? null : namespaces;
    const values = [prefix, digestOf(key), name, roles, permissions, scope, createdBy, expiresAt];
    const [row] = await this.session.rows<KeyRow>(CREATE_KEY, values);
    return { ...shown(row as KeyRow), key };
  }

  /** The latest thousand, newest first, revoked and expired ones included. */
  async list(): Promise<ApiKey[]> {
    return (await this.session.rows<KeyRow>(LIST_KEYS, [LISTED])).map(shown);
  }

  /**
   * Ends a key at once for this store, and everywhere else as soon as what is remembered of it has expired. Doing it
   * twice is fine: the first revocation stays.
   *
   * @throws {TaskerError} TSK_KEY_NOT_FOUND
   */
  async revoke(id: number, revokedBy: string): Promise<ApiKey> {
    const known = Number.isInteger(id) && id > 0 && id <= MAX_ID;
    const [row] = known ? await this.session.rows<KeyRow>(REVOKE_KEY, [id, revokedBy]) : [];
    if (!row) throw new TaskerError('TSK_KEY_NOT_FOUND', `There is no API key ${id}.`);
    return shown(row);
  }

  /** Judges a key, by the clock of the database, and notes its use at most once a minute. */
  async verify(key: string): Promise<KeyVerdict> {
    const prefix = prefixOf(key);
    if (prefix === undefined) return refused('malformed');
    const [row] = await this.session.rows<FoundRow>(FIND_KEY, [prefix]);
    if (!row) return refused('unknown');
    if (!timingSafeEqual(row.hash, digestOf(key))) return refused('wrong_secret');
    if (row.revokedAt) return refused('revoked');
    if (row.expired) return refused('expired');
    if (row.untouched) await this.session.rows(TOUCH_KEY, [row.id]);
    return { valid: true, key: shown(row) };
  }
}

const refused = (reason: Extract<KeyVerdict, { valid: false }>['reason']): KeyVerdict => ({ valid: false, reason });

function shown(row: KeyRow): ApiKey {
  const { id, prefix, name, roles, permissions, namespaces, createdBy, createdAt } = row;
  const { expiresAt, revokedBy, revokedAt, lastUsedAt } = row;
  const scope = namespaces ?? ('*' as const);
  const grant = { roles, permissions, namespaces: scope };
  return { id, prefix, name, ...grant, createdBy, createdAt, expiresAt, revokedBy, revokedAt, lastUsedAt };
}
