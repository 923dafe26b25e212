import type { KeyObject } from 'node:crypto';
import { isTaskerError } from '@tasker/core';
import { Passport } from 'passport';
import { ExtractJwt, Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import type { Principal } from '../access/access-policy';
import type { RoleMap } from '../access/role-map';
import { JwksKeys } from './jwks-keys';
import { ASYMMETRIC, algorithmsOf, publicKeyOf, secretKeyOf } from './jwt-keys';
import type { JwtAlgorithm, JwtOptions } from './tasker-auth-options.interface';
import { principalOfToken } from './token-claims';
import type { TokenVerdict } from './token-verdict';

const DEFAULT_TOLERANCE_SECONDS = 5;
const STRATEGY = 'tasker-jwt';

/**
 * Verifies JSON web tokens with Passport's JWT strategy, on a Passport of its own and on a request made up for it: the
 * host's Passport and the host's request are left alone, and any HTTP platform will do.
 *
 * @internal
 */
export class JwtAuthenticator {
  private readonly passport = new Passport();

  /** @param options checked ones */
  constructor(
    private readonly options: JwtOptions,
    private readonly roles: RoleMap,
  ) {
    const { issuer, audience, clockToleranceSeconds = DEFAULT_TOLERANCE_SECONDS } = options;
    const { provider, usable } = keySource(options);
    const verifier = {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: provider,
      algorithms: [...(options.algorithms ?? usable)],
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
      jsonWebTokenOptions: { clockTolerance: clockToleranceSeconds },
    };
    const strategy = new Strategy(verifier, (signed: Record<string, unknown>, done) => {
      const verdict = this.judge(signed);
      if ('principal' in verdict) done(null, verdict.principal);
      else done(null, false, new Error(verdict.refused));
    });
    this.passport.use(STRATEGY, strategy);
  }

  /** @throws {TaskerError} TSK_ISSUER_UNAVAILABLE when the issuer's keys cannot be fetched */
  verify(token: string): Promise<TokenVerdict> {
    return new Promise((resolve, reject) => {
      const settle = (error: Error | null, principal: Principal | false, refusal?: Error): void => {
        const trouble = error ?? (isTaskerError(refusal) ? refusal : undefined);
        if (trouble) reject(trouble);
        else resolve(principal ? { principal } : { refused: refusal?.message ?? 'no reason was given' });
      };
      const request = { headers: { authorization: `Bearer ${token}` } };
      const authenticate = this.passport.authenticate(STRATEGY, { session: false }, settle) as Middleware;
      authenticate(request, {}, reject);
    });
  }

  /** jsonwebtoken accepts tokens without an end. */
  private judge(signed: Record<string, unknown>): TokenVerdict {
    // JSON may say 1e400, which is a number that never comes.
    if (!Number.isFinite(signed['exp'])) return { refused: 'the token never expires' };
    const principal = principalOfToken(signed, this.options.claims ?? {}, this.roles);
    return principal ? { principal } : { refused: 'the token names nobody' };
  }
}

type Middleware = (request: object, response: object, next: (error: unknown) => void) => void;

function keySource(options: JwtOptions): { provider: SecretOrKeyProvider; usable: readonly JwtAlgorithm[] } {
  const { secret, publicKey, jwksUrl } = options;
  if (jwksUrl !== undefined) {
    const keys = new JwksKeys(jwksUrl, () => performance.now());
    return { usable: ASYMMETRIC, provider: keyProvider((header) => keys.find(header.kid, header.alg)) };
  }
  const key = secret === undefined ? publicKeyOf(publicKey ?? '') : secretKeyOf(secret);
  if (!key) throw new TypeError('the options have not been checked');
  return { usable: algorithmsOf(key), provider: keyProvider(() => Promise.resolve(key)) };
}

interface TokenHeader {
  readonly alg: string;
  readonly kid: string | undefined;
}

/** passport-jwt's types want a text, jsonwebtoken takes the key as it is. */
function keyProvider(find: (header: TokenHeader) => Promise<KeyObject | undefined>): SecretOrKeyProvider {
  return (_request, token: string, done) => {
    const header = headerOf(token);
    if (!header) return done(new Error('the token has no readable header'));
    find(header)
      .then((key) => (key ? done(null, key as unknown as string) : done(new Error('no key fits the token'))))
      .catch((error: unknown) => done(error));
  };
}

function headerOf(token: string): TokenHeader | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    const { alg, kid } = parsed as Record<string, unknown>;
    return typeof alg === 'string' ? { alg, kid: typeof kid === 'string' ? kid : undefined } : undefined;
  } catch {
    return undefined;
  }
}
