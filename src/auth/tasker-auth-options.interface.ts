import type { Roles } from '../access/role-map';

/** Signature algorithms that can be allowed. @public */
export type JwtAlgorithm = 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'RS384' | 'RS512' | 'ES256' | 'ES384' | 'ES512';

/**
 * Where the claims are: a name, or a path with dots (`realm_access.roles`). Lists may also be texts separated by spaces.
 *
 * @public
 */
export interface JwtClaims {
  /** Becomes the actor of everything done with the token. Default `sub`. */
  readonly subject?: string;
  /** Names of roles. Default `roles`. */
  readonly roles?: string;
  /** Permission strings besides those of the roles. Default: no claim. */
  readonly permissions?: string;
  /** Namespaces, or `*`. Default: no claim, and all namespaces; with one, a token without it is for no namespace. */
  readonly namespaces?: string;
}

/** JSON web tokens: exactly one of `secret`, `publicKey` and `jwksUrl`. @public */
export interface JwtOptions {
  /** Shared secret of at least 32 bytes, for HS algorithms. */
  readonly secret?: string;
  /** PEM of an RSA key of at least 2048 bits or of an EC key, for RS and ES algorithms. */
  readonly publicKey?: string;
  /** Where the issuer publishes its keys; https, or http on the same machine. Keys may be rotated at any time. */
  readonly jwksUrl?: string;
  /** Default: all that fit the key. */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** Required with `publicKey` and `jwksUrl`, whose keys sign for others, too. */
  readonly issuer?: string;
  /** Required with `publicKey` and `jwksUrl`. */
  readonly audience?: string;
  /** How far clocks may differ. 0 to 300, default 5. */
  readonly clockToleranceSeconds?: number;
  readonly claims?: JwtClaims;
}

/** Options of `TaskerAuthModule`. @public */
export interface TaskerAuthModuleOptions {
  /** Permission strings by role, wildcards allowed, for tokens and keys. */
  readonly roles?: Roles;
  readonly jwt?: JwtOptions;
  /** Accept the keys of the table `api_keys`. Default false. */
  readonly apiKeys?: boolean;
}

/** What `useClass` and `useExisting` of `registerAsync` must be. @public */
export interface TaskerAuthOptionsFactory {
  createTaskerAuthOptions(): TaskerAuthModuleOptions | Promise<TaskerAuthModuleOptions>;
}
