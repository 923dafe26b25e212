import type { OpenedDatabase, StepClient } from '@tasker/postgres';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

declare module '@tasker/core' {
  /** In a Nest application: an `EntityManager` in the transaction of the step. @public */
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- declarations merge only as interfaces
  interface StepDatabase extends EntityManager {}
}

/** As much of TypeORM's query runner as says where it stands: it is handed a transaction that has begun. */
interface TransactionRunner extends QueryRunner {
  databaseConnection: StepClient;
  isTransactionActive: boolean;
  transactionDepth: number;
  isReleased: boolean;
}

/**
 * An `EntityManager` with the entities, subscribers and logger of a `DataSource`, over a connection of Tasker's on which a
 * transaction has begun: `manager.transaction` makes savepoints, and what waits for the commit hears of it.
 *
 * @internal
 */
export function stepDatabase(source: DataSource, client: StepClient): OpenedDatabase {
  const runner = source.createQueryRunner('master') as TransactionRunner;
  runner.databaseConnection = client;
  runner.isTransactionActive = true;
  runner.transactionDepth = 1;
  return { manager: runner.manager, ended: (committed) => ended(runner, committed) };
}

/** Whoever speaks to the runner from now on is told that it has been released. */
function ended(runner: TransactionRunner, committed: boolean): void {
  runner.isTransactionActive = false;
  runner.transactionDepth = 0;
  runner.isReleased = true;
  // Listeners of the host's are told; what they throw is theirs, and the transaction has ended.
  runner.broadcaster
    .broadcast(committed ? 'AfterTransactionCommit' : 'AfterTransactionRollback')
    .catch(() => undefined);
}
