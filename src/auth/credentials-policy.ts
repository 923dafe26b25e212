import { Logger } from '@nestjs/common';
import { looksLikeApiKey } from '@tasker/postgres';
import { unauthenticated } from '../access/access-errors';
import type { AccessPolicy, Principal } from '../access/access-policy';
import type { ApiKeyAuthenticator } from './api-key-authenticator';
import type { JwtAuthenticator } from './jwt-authenticator';
import type { TokenVerdict } from './token-verdict';

/** Both platforms give the headers under lower-case names. */
interface WithHeaders {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const BEARER = /^bearer +(\S+) *$/i;

/**
 * Knows callers by an API key or a JSON web token. A key is known by its form, in `X-API-Key` or as a bearer token; any
 * other bearer token is a JWT. Why credentials were refused is logged at debug, and never told to the caller.
 *
 * @internal
 */
export class CredentialsPolicy implements AccessPolicy {
  private readonly logger = new Logger('TaskerAuth');

  constructor(
    private readonly keys: ApiKeyAuthenticator | undefined,
    private readonly tokens: JwtAuthenticator | undefined,
  ) {}

  async authenticate(request: unknown): Promise<Principal | null> {
    const { headers } = request as WithHeaders;
    const verdict = await this.judge(headers['x-api-key'], headers['authorization']);
    if (verdict === null || 'principal' in verdict) return verdict?.principal ?? null;
    this.logger.debug(`Credentials refused: ${verdict.refused}`);
    throw unauthenticated();
  }

  private async judge(keyHeader: unknown, authorization: unknown): Promise<TokenVerdict | null> {
    if (this.keys && typeof keyHeader === 'string') return this.keys.verify(keyHeader);
    if (typeof authorization !== 'string') return null;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return { refused: 'the Authorization header has no bearer token' };
    if (looksLikeApiKey(token)) return this.keys?.verify(token) ?? { refused: 'API keys are not accepted' };
    return this.tokens?.verify(token) ?? { refused: 'tokens are not accepted' };
  }
}
