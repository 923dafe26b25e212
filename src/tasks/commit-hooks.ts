import { Injectable } from '@nestjs/common';
import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

/** What waits for one transaction, and how much of it waited when each open savepoint began. */
interface Pending {
  readonly actions: (() => void)[];
  readonly savepoints: number[];
}

/**
 * Runs actions after somebody else's TypeORM transaction has committed, and never when it rolls back. One subscriber
 * per DataSource of the host; what waits hangs on the query runner and goes with it when a connection dies.
 *
 * @internal
 */
@Injectable()
export class CommitHooks {
  private readonly watched = new WeakSet<DataSource>();
  private readonly pending = new WeakMap<QueryRunner, Pending>();

  /** Runs the action at once when the manager is in no transaction. */
  after(manager: EntityManager, action: () => void): void {
    const runner = manager.queryRunner;
    if (!runner?.isTransactionActive) return action();
    this.watch(manager.connection);
    const waiting = this.pending.get(runner) ?? { actions: [], savepoints: [] };
    waiting.actions.push(action);
    this.pending.set(runner, waiting);
  }

  private watch(dataSource: DataSource): void {
    if (this.watched.has(dataSource)) return;
    this.watched.add(dataSource);
    const subscriber: EntitySubscriberInterface = {
      afterTransactionStart: ({ queryRunner }) => this.started(queryRunner),
      afterTransactionCommit: ({ queryRunner }) => this.committed(queryRunner),
      afterTransactionRollback: ({ queryRunner }) => this.rolledBack(queryRunner),
    };
    dataSource.subscribers.push(subscriber);
  }

  /** Only savepoints begin while something waits. */
  private started(runner: QueryRunner): void {
    const waiting = this.pending.get(runner);
    waiting?.savepoints.push(waiting.actions.length);
  }

  private committed(runner: QueryRunner): void {
    const waiting = this.pending.get(runner);
    if (runner.isTransactionActive) return void waiting?.savepoints.pop();
    this.pending.delete(runner);
    waiting?.actions.forEach((action) => action());
  }

  /** A savepoint that began before anything waited has no mark: everything that waits came after it. */
  private rolledBack(runner: QueryRunner): void {
    const waiting = this.pending.get(runner);
    if (runner.isTransactionActive) waiting?.actions.splice(waiting.savepoints.pop() ?? 0);
    else this.pending.delete(runner);
  }
}
