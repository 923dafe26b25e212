/** An API key as it may be shown: everything but the key. @public */
export interface ApiKey {
  readonly id: number;
  /** First characters of the key. */
  readonly prefix: string;
  readonly name: string;
  /** Roles of the application; what they allow is known there. */
  readonly roles: readonly string[];
  /** Permission strings besides those of the roles, wildcards allowed. */
  readonly permissions: readonly string[];
  /** `'*'` for all. */
  readonly namespaces: readonly string[] | '*';
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Null: never. */
  readonly expiresAt: Date | null;
  readonly revokedBy: string | null;
  readonly revokedAt: Date | null;
  /** To the minute; null: never used. */
  readonly lastUsedAt: Date | null;
}

/** What a key is to be. @public */
export interface NewApiKey {
  /** For people, 1 to 100 characters: which program, of whom. */
  readonly name: string;
  readonly roles?: readonly string[];
  /** At least one role or permission is needed. */
  readonly permissions?: readonly string[];
  /** `'*'` has to be written out. */
  readonly namespaces: readonly string[] | '*';
  /** Who creates it. */
  readonly createdBy: string;
  /** In the future; left out: never. */
  readonly expiresAt?: Date;
}

/** A key at its birth. @public */
export interface CreatedApiKey extends ApiKey {
  /** The key. It is stored nowhere and cannot be shown again. */
  readonly key: string;
}

/** The answer about a key somebody sent; a refusal's reason is for logs, never for the caller. @public */
export type KeyVerdict =
  | { readonly valid: true; readonly key: ApiKey }
  | { readonly valid: false; readonly reason: 'malformed' | 'unknown' | 'wrong_secret' | 'revoked' | 'expired' };
