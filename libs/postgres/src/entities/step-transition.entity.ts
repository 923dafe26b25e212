import type { StepState } from '@tasker/core';
import { ViewColumn, ViewEntity } from 'typeorm';

/** A change of state of a step. @public */
@ViewEntity({ name: 'step_transitions', synchronize: false })
export class StepTransitionEntity {
  @ViewColumn({ name: 'task_id' })
  taskId: string;

  @ViewColumn()
  position: number;

  /** Name of the step. */
  @ViewColumn()
  step: string;

  /** Null: nothing had happened to the step before. */
  @ViewColumn({ name: 'from_state' })
  fromState: StepState | null;

  @ViewColumn({ name: 'to_state' })
  toState: StepState;

  @ViewColumn()
  at: Date;

  /** The attempt it belongs to; for ready, the one that follows. */
  @ViewColumn()
  attempt: number;

  /** Null for ready, and for what an operator did. */
  @ViewColumn({ name: 'worker_id' })
  workerId: number | null;

  @ViewColumn()
  actor: string | null;

  @ViewColumn()
  reason: string | null;

  @ViewColumn()
  error: unknown;

  /** Place among the step transitions of its task, from 1. */
  @ViewColumn()
  ordinal: string;

  /** What an operator did: the verb, and what it replaced. */
  @ViewColumn()
  metadata: unknown;
}
