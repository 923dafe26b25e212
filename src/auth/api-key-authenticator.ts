import { createHash } from 'node:crypto';
import type { ApiKey, ApiKeyStore, KeyVerdict } from '@tasker/postgres';
import type { Principal } from '../access/access-policy';
import type { RoleMap } from '../access/role-map';
import type { TokenVerdict } from './token-verdict';

/** A revoked key is refused everywhere after this time at the latest. */
export const REMEMBERED_MS = 15_000;
const MAX_REMEMBERED = 1_000;

interface Remembered {
  readonly verdict: Promise<KeyVerdict>;
  readonly until: number;
}

/**
 * Judges API keys, asking the database once per key and 15 seconds. Only good keys are remembered, by their digest: a
 * flood of invented ones cannot push them out.
 *
 * @internal
 */
export class ApiKeyAuthenticator {
  private readonly remembered = new Map<string, Remembered>();
  private readonly asking = new Map<string, Promise<KeyVerdict>>();

  constructor(
    private readonly keys: Pick<ApiKeyStore, 'verify'>,
    private readonly roles: RoleMap,
    /** Milliseconds since 1970. */
    private readonly now: () => number,
  ) {}

  /** @throws the error of the driver when the database is away */
  async verify(key: string): Promise<TokenVerdict> {
    const verdict = await this.ask(key);
    return verdict.valid ? { principal: this.principalOf(verdict.key) } : { refused: `API key: ${verdict.reason}` };
  }

  private ask(key: string): Promise<KeyVerdict> {
    const digest = createHash('sha256').update(key).digest('base64');
    const known = this.remembered.get(digest);
    const now = this.now();
    if (known && known.until > now) return known.verdict;
    return this.asking.get(digest) ?? this.look(key, digest, now);
  }

  /** Once, however many requests come with the key at the same time. */
  private look(key: string, digest: string, now: number): Promise<KeyVerdict> {
    const looking = this.keys
      .verify(key)
      .then((verdict) => {
        this.remembered.delete(digest);
        if (verdict.valid) this.remember(digest, verdict, now);
        return verdict;
      })
      .finally(() => this.asking.delete(digest));
    this.asking.set(digest, looking);
    return looking;
  }

  private remember(digest: string, verdict: KeyVerdict & { valid: true }, now: number): void {
    const until = Math.min(now + REMEMBERED_MS, verdict.key.expiresAt?.getTime() ?? Infinity);
    this.remembered.set(digest, { verdict: Promise.resolve(verdict), until });
    if (this.remembered.size <= MAX_REMEMBERED) return;
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined) this.remembered.delete(oldest);
  }

  /** Names may be used again after a revocation; with the id, the history of tasks still says which key it was. */
  private principalOf({ id, name, roles, permissions, namespaces }: ApiKey): Principal {
    const granted = [...this.roles.permissionsOf(roles), ...permissions];
    return { id: `key:${name}#${id}`, roles, permissions: granted, namespaces };
  }
}
