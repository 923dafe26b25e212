import { stepStateOf, taskStateOf, type StepFailure, type StepState, type TaskState } from '@tasker/core';
import { Pool, type QueryResultRow } from 'pg';

export interface StepRow {
  position: number;
  state: StepState;
  attempt: number;
  /** Attempts that do not count. */
  granted: number;
  workerId: number | null;
  blocked: boolean;
  result: unknown;
}

export interface HistoryRow {
  position: number;
  attempt: number;
  from: StepState;
  to: StepState;
  workerId: number | null;
  error: StepFailure | null;
}

/** Reads the tables as they are, past every layer under test. */
export class EngineRows {
  private readonly pool: Pool;

  constructor(connectionString: string) {
    this.pool = new Pool({ connectionString, max: 4, application_name: 'test-observer' });
    // A test that ends every session on the database ends these as well.
    this.pool.on('error', () => undefined);
  }

  async query<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.pool.query<R>(text, values)).rows;
  }

  async taskState(taskId: string): Promise<TaskState> {
    const [row] = await this.query<{ state: number }>('select state from tasker.tasks where id = $1', [taskId]);
    return taskStateOf(row?.state ?? -1);
  }

  /** By position, without the virtual end. */
  async steps(taskId: string): Promise<StepRow[]> {
    const rows = await this.query<Omit<StepRow, 'state'> & { state: number }>(
      `select position, state, attempt, granted, worker_id as "workerId", blocked, result
         from tasker.steps where task_id = $1 and position >= 0 order by position`,
      [taskId],
    );
    return rows.map((row) => ({ ...row, state: stepStateOf(row.state) }));
  }

  /** State of each step that has a row, by position. */
  async stepStates(taskId: string): Promise<Record<number, StepState>> {
    return Object.fromEntries((await this.steps(taskId)).map((row) => [row.position, row.state]));
  }

  /** In the order things happened. */
  async history(taskId: string): Promise<HistoryRow[]> {
    const rows = await this.query<Omit<HistoryRow, 'from' | 'to'> & { from: number; to: number }>(
      `select position, attempt, from_state as "from", to_state as "to", worker_id as "workerId", error
         from tasker.step_history where task_id = $1 order by at, position, attempt`,
      [taskId],
    );
    return rows.map((row) => ({
      ...row,
      from: stepStateOf(row.from),
      to: stepStateOf(row.to),
    }));
  }

  /** Errors of a step's attempts, oldest first. */
  async failures(taskId: string, position = 0): Promise<StepFailure[]> {
    const rows = await this.history(taskId);
    return rows.filter((row) => row.position === position).flatMap((row) => row.error ?? []);
  }

  /** Steps with more than one completing row in the history: a step that ran to its end twice. */
  async settledTwice(): Promise<{ task: string; position: number }[]> {
    // What an operator ran again may end again.
    return this.query(
      `select task_id as task, position from tasker.step_history
        group by task_id, position
       having count(*) filter (where to_state in (tasker.step_complete(), tasker.step_skipped()) and from_state <> to_state)
            > 1 + count(*) filter (where from_state in (tasker.step_complete(), tasker.step_skipped()) and from_state <> to_state)`,
    );
  }

  async count(
    table: 'queue' | 'delayed_steps' | 'parked_steps' | 'operated_tasks' | 'workers' | 'tasks',
  ): Promise<number> {
    const [row] = await this.query<{ count: number }>(`select count(*)::int as count from tasker.${table}`);
    return row?.count ?? -1;
  }

  /** What the invariant auditor finds wrong. */
  async findings(): Promise<{ rule: string; task_id: string | null; position: number | null; detail: string }[]> {
    return this.query('select * from tasker.audit_v1()');
  }

  /** Empties every table that tests fill; templates stay. */
  async clear(): Promise<void> {
    await this.query(
      `truncate tasker.tasks, tasker.steps, tasker.queue, tasker.delayed_steps, tasker.step_history,
                tasker.task_history, tasker.workers, tasker.operated_tasks, tasker.parked_steps, tasker.step_pauses,
                tasker.signal_boxes, tasker.kept_signals, tasker.signal_ids, tasker.sent_signals,
                tasker.step_waits, tasker.wait_signals, tasker.approvals`,
    );
    await this.query('update tasker.step_templates set paused = false where paused');
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
