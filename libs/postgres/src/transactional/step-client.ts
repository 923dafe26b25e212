import { TaskerError } from '@tasker/core';
import type { Client } from 'pg';
import { readStoreError } from '../database/store-errors';

type Query = (...statement: unknown[]) => unknown;

/**
 * As much of a client as a handler's manager needs: for the time of one transaction. It knows how many statements are under
 * way, and lets none through any more once the transaction has ended: the connection is somebody else's then.
 *
 * @public
 */
export class StepClient {
  private inFlight = 0;
  private over = false;
  private lost = false;

  constructor(private readonly client: Client) {}

  /** Statements without an answer yet. */
  get busy(): boolean {
    return this.inFlight > 0;
  }

  get isBroken(): boolean {
    return this.lost;
  }

  /** As the driver's: a promise of what the server answers, or, for a stream, the stream. */
  query(...statement: unknown[]): unknown {
    if (this.over) return Promise.reject(ended());
    const answer = (this.client.query as Query).apply(this.client, statement);
    return answer instanceof Promise ? this.counted(answer) : answer;
  }

  /** The connection broke; the transaction is gone. */
  broke(): void {
    this.lost = true;
  }

  /** No statement of the handler gets through any more. */
  end(): void {
    this.over = true;
  }

  private async counted(answer: Promise<unknown>): Promise<unknown> {
    this.inFlight++;
    try {
      return await answer;
    } catch (error) {
      if (!readStoreError(error).connectionUsable) this.broke();
      throw error;
    } finally {
      this.inFlight--;
    }
  }
}

const ended = (): TaskerError =>
  new TaskerError('TSK_TRANSACTION_ENDED', 'The transaction of this step has ended.', {
    hint: 'Await every statement before the handler returns.',
  });
