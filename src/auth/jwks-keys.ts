import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { AsyncHome } from '@tasker/core';
import { undecidable } from '../access/access-errors';
import { algorithmsOf } from './jwt-keys';

/** Keys are asked for again after this time, so that a withdrawn one stops being accepted; callers wait from twice on. */
const REFRESH_MS = 10 * 60_000;
/** So long the keys of an issuer that is away are accepted. */
const MAX_AGE_MS = 24 * 3_600_000;
/** An unknown key id asks the issuer at most this often: forgers invent ids for nothing. */
const COOL_DOWN_MS = 10_000;
const TIMEOUT_MS = 5_000;
const MAX_KEYS = 100;

interface PublishedKey {
  readonly key: KeyObject;
  readonly algorithm: string | undefined;
}

/**
 * The public keys of an issuer, as it publishes them. The whole set is kept: a new key id asks again, so rotation needs
 * no restart, and while the issuer is away the keys it had go on being accepted.
 *
 * @internal
 */
export class JwksKeys {
  /** Keys are fetched for all, not for the caller who came first. */
  private readonly home = new AsyncHome();
  private readonly logger = new Logger('TaskerAuth');
  private keys = new Map<string | undefined, PublishedKey>();
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;
  private fetching: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    /** Milliseconds of a clock that never goes back. */
    private readonly now: () => number,
  ) {}

  /**
   * @returns undefined when the issuer has no such key for the algorithm
   * @throws {TaskerError} TSK_ISSUER_UNAVAILABLE when the keys cannot be fetched: at once for an unknown id, for others after a day
   */
  async find(id: string | undefined, algorithm: string): Promise<KeyObject | undefined> {
    const age = this.now() - this.fetchedAt;
    if (!this.keys.has(id) || age >= 2 * REFRESH_MS) await this.refresh();
    else if (age >= REFRESH_MS) void this.refresh();
    const found = this.keys.get(id);
    const failing = this.triedAt > this.fetchedAt;
    if (this.now() - this.fetchedAt > MAX_AGE_MS || (failing && !found)) {
      throw undecidable(
        'The keys of the token issuer cannot be fetched.',
        'The JWKS endpoint could not be reached; try again.',
      );
    }
    const fits = found && (found.algorithm ?? algorithm) === algorithm;
    return fits && (algorithmsOf(found.key) as readonly string[]).includes(algorithm) ? found.key : undefined;
  }

  /** One request, however many wait for it. Never rejects: what was known stays known. */
  private refresh(): Promise<void> {
    if (this.fetching) return this.fetching;
    if (this.now() - this.triedAt < COOL_DOWN_MS) return Promise.resolve();
    this.triedAt = this.now();
    this.fetching = this.home
      .run(() => this.fetch())
      .then((keys) => {
        this.keys = keys;
        this.fetchedAt = this.now();
      })
      .catch((error: unknown) => this.logger.warn(`The keys of the token issuer cannot be fetched: ${String(error)}`))
      .finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async fetch(): Promise<Map<string | undefined, PublishedKey>> {
    const response = await fetch(this.url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new TypeError(`the JWKS endpoint answers ${response.status}`);
    const { keys } = (await response.json()) as { keys: JsonWebKey[] };
    const read = keys.slice(0, MAX_KEYS).flatMap((jwk) => entryOf(jwk));
    // A token without a key id can only mean the one key there is.
    const only = read.length === 1 ? read[0]?.[1] : undefined;
    return new Map<string | undefined, PublishedKey>(only ? [...read, [undefined, only]] : read);
  }
}

/** Nothing for keys that are not for signatures, or of a kind Node does not know. */
function entryOf(jwk: JsonWebKey): [string | undefined, PublishedKey][] {
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return [];
  try {
    const { kid, alg: algorithm } = jwk as { kid?: string; alg?: string };
    return [[kid, { key: createPublicKey({ key: jwk, format: 'jwk' }), algorithm }]];
  } catch {
    return [];
  }
}
