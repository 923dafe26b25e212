import type { StepSkipReason, StepState } from '@tasker/core';
import type { WaitReason } from './readiness-views';
import type { SkipNote } from './skip-words';
import type { WaitingFor } from './waiting-for';

/** A row of `tasker.step_readiness_v1`. @internal */
export interface StepRow {
  readonly position: number;
  readonly step: string;
  readonly state: StepState;
  readonly ready: boolean;
  readonly reason: WaitReason['code'];
  readonly parents: number;
  readonly satisfiedParents: number;
  readonly parentPositions: readonly number[];
  readonly waitsFor: readonly string[];
  readonly blockedBy: readonly string[];
  readonly dueAt: Date | null;
  readonly queueAhead: number | null;
  readonly queueCapped: boolean | null;
  readonly liveWorkers: number;
  readonly handler: string;
  readonly queue: string;
  readonly workerId: number | null;
  readonly worker: string | null;
  readonly host: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly attempt: number;
  readonly retryLimit: number;
  readonly attemptsLeft: number;
  readonly lastFailedAt: Date | null;
  readonly skipReason: StepSkipReason | null;
  /** What decided that it is left out; null: no branch did. */
  readonly skip: SkipNote | null;
  /** Of a step that waits without a worker; read beside the row. */
  readonly waitingFor?: WaitingFor;
}
