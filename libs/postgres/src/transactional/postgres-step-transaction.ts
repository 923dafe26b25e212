import {
  CommitUnansweredError,
  isGraphBatch,
  StoreRefusedError,
  type SettlementBatch,
  type SettlementReceipt,
  type StepDatabase,
  type StepTransaction,
} from '@tasker/core';
import type { QueryConfig, QueryResult } from 'pg';
import { readStoreError } from '../database/store-errors';
import type { TaskerDatabase } from '../database/tasker-database';
import { graphParameters, readGraphReceipt, type GraphReceiptRow } from '../engine/settle-graph';
import { StepClient } from './step-client';
import type { OpenedDatabase, OpenDatabase } from './step-database';
import type { HeldConnection } from './transaction-pool';

const SETTLE = 'transactional/settle-step';
/** Whoever answers at all has rolled back by then. */
const ROLLBACK_MS = 2_000;

/** Begins the transaction of one attempt, on a connection that nobody else has meanwhile. */
export async function beginStep(database: TaskerDatabase, open: OpenDatabase): Promise<StepTransaction> {
  const held = await database.transactions.take();
  try {
    const idleMs = database.transactions.leaseMs;
    // A process that stops in the middle, frozen or cut off, would otherwise keep its locks as long as its connection.
    const text = `begin isolation level read committed read write; set local idle_in_transaction_session_timeout = ${idleMs};
      select pg_catalog.pg_current_xact_id()::text as transaction`;
    const answers = (await held.client.query(limited({ text }, idleMs))) as unknown as QueryResult[];
    const { transaction } = answers[2]?.rows[0] as { transaction: string };
    return new PostgresStepTransaction(database, held, transaction, open);
  } catch (error) {
    held.release(false);
    throw readStoreError(error).error;
  }
}

/** See {@link StepTransaction}. */
class PostgresStepTransaction implements StepTransaction {
  private readonly handler: StepClient;
  private readonly opened: OpenedDatabase;
  private readonly stopWatching: () => void;
  private readonly lost = (): void => this.handler.broke();
  private over = false;

  constructor(
    private readonly database: TaskerDatabase,
    private readonly held: HeldConnection,
    private readonly transaction: string,
    open: OpenDatabase,
  ) {
    this.handler = new StepClient(held.client);
    this.opened = open(this.handler);
    held.client.on('end', this.lost);
    this.stopWatching = database.transactions.keepAlive(held, this.handler, () => void this.rollback(true));
  }

  get manager(): StepDatabase {
    return this.opened.manager;
  }

  get isBroken(): boolean {
    return this.handler.isBroken;
  }

  async settle(batch: SettlementBatch): Promise<SettlementReceipt> {
    const { database, held, transaction } = this;
    const name = database.keepsSessions ? { name: `tasker_${SETTLE}` } : {};
    const text = database.statements.get(SETTLE);
    if (!isGraphBatch(batch)) throw new RangeError('a transactional step belongs to no template of level 1');
    const values = [...graphParameters(batch), transaction, batch.timed];
    try {
      // What the handler did not await goes first: a connection keeps the order.
      const { rows } = await held.client.query<GraphReceiptRow>(limited({ ...name, text, values }, database.leaseMs));
      this.handler.end();
      const receipt = readGraphReceipt(rows[0] as GraphReceiptRow);
      await this.commit();
      return receipt;
    } catch (thrown) {
      throw thrown instanceof CommitUnansweredError ? thrown : readStoreError(thrown).error;
    }
  }

  async rollback(atOnce: boolean): Promise<void> {
    if (this.over) return;
    this.over = true;
    this.handler.end();
    if (atOnce || this.isBroken) {
      this.interrupt();
      return this.leave(false, false);
    }
    const usable = await this.held.client.query(limited({ text: 'rollback' }, ROLLBACK_MS)).then(
      () => true,
      () => false,
    );
    this.leave(false, usable);
  }

  private async commit(): Promise<void> {
    let command: string;
    this.over = true;
    try {
      ({ command } = await this.held.client.query(limited({ text: 'commit' }, this.database.leaseMs)));
    } catch (thrown) {
      const { error, connectionUsable } = readStoreError(thrown);
      this.leave(false, connectionUsable);
      // The server has said no: a deferred constraint. Otherwise it may have said yes, to nobody.
      throw error instanceof StoreRefusedError ? error : new CommitUnansweredError(thrown);
    }
    this.leave(command === 'COMMIT', true);
    if (command !== 'COMMIT') throw new StoreRefusedError(new Error('the transaction was rolled back'), false);
  }

  /** The statement under way, if there is one, would keep its locks until it is done. */
  private interrupt(): void {
    const { held, database, handler } = this;
    if (!handler.busy || handler.isBroken || held.pid === undefined || !database.keepsSessions) return;
    void database.run(database.control, 'transactional/interrupt', [held.pid]).catch(() => undefined);
  }

  private leave(committed: boolean, usable: boolean): void {
    this.over = true;
    this.stopWatching();
    this.held.client.removeListener('end', this.lost);
    this.held.release(usable);
    this.opened.ended(committed);
  }
}

/** No part of the driver's declared types. */
const limited = (query: QueryConfig, withinMs: number): QueryConfig =>
  ({ ...query, query_timeout: withinMs }) as QueryConfig;
