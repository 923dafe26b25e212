import type { NewSignal, SentSignal, SentSignals } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';
import type { RunInTransaction } from '../engine/create';

/** Columns of send-signals.sql; lists are texts with commas between. */
interface SentRow {
  outcomes: string;
  given: string;
  woken: number;
  at_ms: number;
}

/** Sends signals, one after the other, by one statement. */
export async function sendSignals(
  database: TaskerDatabase,
  signals: readonly NewSignal[],
  keptSignals: number,
): Promise<SentSignals> {
  const [row] = await database.session.named<SentRow>('waits/send-signals', [...parameters(signals), keptSignals]);
  const { outcomes, given, woken, at_ms: at } = row as SentRow;
  const waits = given.split(',').map(Number);
  const sent = outcomes.split(',').map((outcome, index): SentSignal => ({
    outcome: outcome as SentSignal['outcome'],
    waits: waits[index] ?? 0,
  }));
  return { sent, woken, at };
}

/**
 * Records signals inside somebody else's transaction: they are sent after that has committed, and are gone when it rolls
 * back.
 */
export async function recordSignals(
  database: TaskerDatabase,
  run: RunInTransaction,
  signals: readonly NewSignal[],
): Promise<void> {
  await run(database.statements.get('waits/record-signals'), parameters(signals));
}

/** Sends what was recorded in transactions that have committed since. */
export async function matchSentSignals(
  database: TaskerDatabase,
  limit: number,
): Promise<{ matched: number; woken: number }> {
  const run = database.run<{ matched: number; woken: number }>(database.control, 'waits/match-sent-signals', [limit]);
  return (await run).rows[0] as { matched: number; woken: number };
}

/** Takes away signals, ids and addresses whose time is over. */
export async function pruneSignals(database: TaskerDatabase, limit: number): Promise<number> {
  const { rows } = await database.run<{ gone: number }>(database.control, 'waits/prune-signals', [limit]);
  return rows[0]?.gone ?? 0;
}

const parameters = (signals: readonly NewSignal[]): unknown[] => [
  signals.map(({ namespace }) => namespace),
  signals.map(({ name }) => name),
  signals.map(({ key }) => key),
  signals.map(({ taskId }) => taskId),
  signals.map(({ payload }) => payload),
  signals.map(({ id }) => id),
  signals.map(({ ttlMs }) => ttlMs),
];
