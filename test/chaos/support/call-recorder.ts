import { Client } from 'pg';

export interface HandlerCall {
  readonly taskId: string;
  readonly step: string;
  readonly attempt: number;
  readonly workerId: number;
  /** When the handler was entered, epoch milliseconds: the recorder may be late, or frozen in between. */
  readonly at: number;
}

const AGAIN_MS = 100;

/**
 * Writes calls of handlers into `handler_calls`, past the engine, on a connection of its own. A call counts once `note`
 * has returned; calls gather while a write is under way. It outlives restarts of the database.
 */
export class CallRecorder {
  private client: Client | undefined;
  private waiting: { call: HandlerCall; written: () => void }[] = [];
  private writing = false;

  constructor(private readonly url: string) {}

  note(call: HandlerCall): Promise<void> {
    return new Promise((written) => {
      this.waiting.push({ call, written });
      void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      while (!(await this.write(batch.map(({ call }) => call)))) {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
      for (const { written } of batch) written();
    }
    this.writing = false;
  }

  /** False when it may not have been written. Twice is no harm. */
  private async write(calls: readonly HandlerCall[]): Promise<boolean> {
    try {
      const client = (this.client ??= await this.connect());
      await client.query(
        `insert into public.handler_calls (task_id, step, attempt, worker_id, at)
         select task_id, step, attempt, worker_id, to_timestamp(at / 1000)
           from unnest($1::bigint[], $2::text[], $3::smallint[], $4::int[], $5::float8[])
                  as c(task_id, step, attempt, worker_id, at)`,
        [
          calls.map((call) => call.taskId),
          calls.map((call) => call.step),
          calls.map((call) => call.attempt),
          calls.map((call) => call.workerId),
          calls.map((call) => call.at),
        ],
      );
      return true;
    } catch {
      void this.client?.end().catch(() => undefined);
      this.client = undefined;
      return false;
    }
  }

  private async connect(): Promise<Client> {
    const client = new Client({ connectionString: this.url, application_name: 'chaos-recorder', query_timeout: 5_000 });
    client.on('error', () => (this.client = undefined));
    await client.connect();
    return client;
  }
}
