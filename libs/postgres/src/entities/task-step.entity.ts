import type { StepState } from '@tasker/core';
import { ViewColumn, ViewEntity } from 'typeorm';

/** Every step of a task, whether it has run or not. Ask for one task at a time. @public */
@ViewEntity({ name: 'task_steps', synchronize: false })
export class TaskStepEntity {
  @ViewColumn({ name: 'task_id' })
  taskId: string;

  /** Place in the template, from 0. */
  @ViewColumn()
  position: number;

  @ViewColumn()
  name: string;

  @ViewColumn()
  state: StepState;

  /** Attempts begun and not given back; 0 when it has not run. */
  @ViewColumn()
  attempt: number;

  /** Attempts in total. */
  @ViewColumn({ name: 'retry_limit' })
  retryLimit: number;

  @ViewColumn()
  retryable: boolean;

  @ViewColumn()
  skippable: boolean;

  /** Names of the steps it depends on. */
  @ViewColumn()
  parents: string[];

  /** Start of the last attempt. */
  @ViewColumn({ name: 'started_at' })
  startedAt: Date | null;

  @ViewColumn({ name: 'finished_at' })
  finishedAt: Date | null;

  @ViewColumn({ name: 'next_retry_at' })
  nextRetryAt: Date | null;

  /** Worker of the last attempt. */
  @ViewColumn({ name: 'worker_id' })
  workerId: number | null;

  @ViewColumn()
  result: unknown;

  /** A step it depends on, near or far, ended in error or was cancelled. */
  @ViewColumn()
  blocked: boolean;

  /** How the last failed attempt failed, also when a later one succeeded. */
  @ViewColumn({ name: 'last_error' })
  lastError: unknown;

  /** Attempts that do not count against the retry limit. */
  @ViewColumn()
  granted: number;

  /** Fields of the context it sees with other values. */
  @ViewColumn()
  inputs: unknown;

  /** Why it is skipped, one of `SKIP_REASONS`; null when it is not. */
  @ViewColumn({ name: 'skip_reason' })
  skipReason: string | null;
}
