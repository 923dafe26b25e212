import type { StepDatabase } from '@tasker/core';
import type { QueryResult } from 'pg';
import type { StepClient } from './step-client';

/** What a handler writes with, for the time of one transaction. @public */
export interface OpenedDatabase {
  readonly manager: StepDatabase;
  /** The transaction has ended: the manager is of no use any more, and whoever waited for that hears of it. */
  ended(committed: boolean): void;
}

/**
 * Makes what handlers of transactional steps write with, on a client inside a transaction: TypeORM's `EntityManager`, for a
 * host that has one.
 *
 * @public
 */
export type OpenDatabase = (client: StepClient) => OpenedDatabase;

/** Statements alone. */
export const plainDatabase: OpenDatabase = (client) => ({
  manager: {
    async query<T>(sql: string, parameters?: unknown[]): Promise<T> {
      return ((await client.query(sql, parameters)) as QueryResult).rows as T;
    },
    // A host that has TypeORM declares more than this.
  } as StepDatabase,
  ended: () => undefined,
});
