import { randomUUID } from 'node:crypto';
import { ENGINE_LEVEL } from '@tasker/core';
import type { Lender } from '../database/lender';
import { withSchema } from '../database/with-schema';
import type { KnownTemplate, RetentionRule } from './retention-policy';
import {
  BEGIN_SWEEP,
  DROP_LOCK_TIMEOUT,
  DROP_PARTITION,
  END_SWEEP,
  PRUNE,
  TEMPLATES,
  TEND_PROGRESS,
} from './retention-statements';

/** A process that says nothing for this long has lost its sweep to the next that asks; longer than any batch takes. */
const SWEEP_LEASE_MS = 60_000;
/** Rows looked at for each that may be pruned: most may belong to other rules, or be pruned already. */
const SCAN_FACTOR = 10;

/** What one batch did. */
export interface PrunedBatch {
  readonly pruned: number;
  readonly archived: number;
  /** Tasks that were passed by, to be looked at again later. */
  readonly stragglers: number;
  /** False: the rule has come to its end for now. */
  readonly more: boolean;
}

/** The statements of one sweep. */
export class RetentionStore {
  private readonly owner = randomUUID();

  constructor(
    private readonly lender: Lender,
    private readonly schema: string,
  ) {}

  /**
   * A lease in a row, not an advisory lock: a sweep takes minutes, and to hold a lock that long behind a pooler is to
   * hold a transaction open.
   *
   * @param restMs the last sweep of any process must have ended this long ago
   * @returns false when another process sweeps, or has swept just now
   */
  async begin(restMs: number): Promise<boolean> {
    return (await this.rows(BEGIN_SWEEP, [this.owner, SWEEP_LEASE_MS, restMs])).length > 0;
  }

  async end(cameToItsEnd: boolean): Promise<void> {
    await this.rows(END_SWEEP, [this.owner, cameToItsEnd]);
  }

  async tendProgress(rules: readonly RetentionRule[]): Promise<void> {
    for (const statement of TEND_PROGRESS) await this.rows(statement, [rules.map(({ key }) => key)]);
  }

  /** All revisions that this version understands, in the order they were registered. */
  templates(): Promise<KnownTemplate[]> {
    return this.rows<KnownTemplate>(TEMPLATES, [ENGINE_LEVEL]);
  }

  /** Prunes at most `limit` tasks, in one transaction. */
  async prune(rule: RetentionRule, limit: number): Promise<PrunedBatch> {
    const { key, templateIds, archivedIds, keepMs, keepErrorsMs } = rule;
    const values = [this.owner, SWEEP_LEASE_MS, key, templateIds, archivedIds, keepMs, keepErrorsMs];
    const [batch] = await this.rows<PrunedBatch>(PRUNE, [...values, limit, limit * SCAN_FACTOR]);
    return batch as PrunedBatch;
  }

  /**
   * Drops one partition of the history that is past and empty.
   *
   * @returns its name; `busy` when it could not be locked at once; null when there is none
   */
  dropPartition(): Promise<string | null> {
    return this.lender.transaction(async (client) => {
      await client.query(DROP_LOCK_TIMEOUT);
      const { rows } = await client.query<{ name: string | null }>(withSchema(DROP_PARTITION, this.schema));
      return rows[0]?.name ?? null;
    });
  }

  private rows<R>(sql: string, values: unknown[]): Promise<R[]> {
    return this.lender.session.rows<R>(sql, values);
  }
}
