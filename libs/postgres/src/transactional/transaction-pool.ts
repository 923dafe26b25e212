import { systemClock, type Timer } from '@tasker/core';
import type { Client } from 'pg';
import type { Connection } from '../database/connection';
import type { SilenceProbe } from '../database/silence-watch';
import type { StepClient } from './step-client';

/** A connection for one transaction. */
export interface HeldConnection {
  readonly client: Client;
  /** Its session's number; undefined behind a pooler that has none. */
  readonly pid: number | undefined;
  /** @param usable whether the session is in no transaction any more */
  release(usable: boolean): void;
}

export interface TransactionPoolSettings {
  readonly size: number;
  readonly open: () => Connection;
  readonly probe: SilenceProbe;
  readonly leaseMs: number;
}

/** The connections of transactional steps. Whoever takes one sees to it that there is one left. */
export class TransactionPool {
  readonly leaseMs: number;
  private readonly all: readonly Connection[];
  private readonly free: Connection[];
  private readonly probe: SilenceProbe;

  constructor({ size, open, probe, leaseMs }: TransactionPoolSettings) {
    this.all = Array.from({ length: size }, open);
    this.free = [...this.all];
    this.probe = probe;
    this.leaseMs = leaseMs;
  }

  /** @throws {StoreUnavailableError} */
  async take(): Promise<HeldConnection> {
    const connection = this.free.pop();
    if (!connection) throw new RangeError('more transactions were begun than there are connections');
    try {
      const client = await connection.open();
      const release = (usable: boolean): void => {
        if (!usable) connection.cut();
        this.free.push(connection);
      };
      return { client, pid: connection.pid, release };
    } catch (error) {
      this.free.push(connection);
      throw error;
    }
  }

  /**
   * Tells the server again and again that the process lives, and cuts the line when the server says nothing any more.
   *
   * @returns ends it
   */
  keepAlive({ client, pid }: HeldConnection, handler: StepClient, cut: () => void): () => void {
    const everyMs = Math.ceil(this.leaseMs / 3);
    let timer: Timer | undefined;
    let over = false;
    const isThere = async (): Promise<boolean> => {
      if (handler.busy) return this.probe.isAtWork(pid);
      return client.query({ text: 'select 1', query_timeout: everyMs } as { text: string }).then(
        () => true,
        // A transaction in which a statement has failed answers, too.
        (error: unknown) => 'severity' in (error as object),
      );
    };
    const look = async (): Promise<void> => {
      const there = await isThere();
      if (over) return;
      if (there) arm();
      else cut();
    };
    const arm = (): void => {
      timer = systemClock.after(everyMs, () => void look());
    };
    arm();
    return () => {
      over = true;
      timer?.cancel();
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((connection) => connection.close()));
  }
}
