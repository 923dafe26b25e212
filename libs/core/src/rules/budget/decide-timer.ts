import type { FailureKind, StepFailure } from '../settlement/step-failure';
import type { StepState } from '../states/step-state';
import { stepAt } from '../template/plan-graph';
import type { TaskPlan } from '../template/task-plan';

/** Which time is over: for all attempts of a step, until its first one, or for the task. @public */
export type TimerKind = 'total' | 'start' | 'deadline';

/** A timer that is due, and how what it is about stands. @public */
export interface DueTimer {
  readonly kind: TimerKind;
  /** -1: the task. */
  readonly position: number;
  readonly taskOpen: boolean;
  /** Null: it has no row yet, so it waits in the queue; or the timer is the task's. */
  readonly state: StepState | null;
  /** The step has been run anew since, or a later timer of its kind is armed. */
  readonly anew: boolean;
  /** An attempt has begun since it was armed. */
  readonly taken: boolean;
  /** Of a start that stands still: for how many milliseconds by now; null: it does not. */
  readonly stillMs: number | null;
}

/** What becomes of a timer. @public */
export type DecidedTimer =
  | { readonly kind: 'void' }
  | { readonly kind: 'expire' }
  /** It has stood still: as much time as was left when the pause began, from now. */
  | { readonly kind: 'later'; readonly afterMs: number };

const VOID: DecidedTimer = { kind: 'void' };
/** A timer that stands still is not looked at more often than this. */
const LEAST_LATER_MS = 1_000;

/**
 * What a timer that is due does. Pure.
 *
 * @param overdueMs since it was due
 * @public
 */
export function decideTimer(timer: DueTimer, overdueMs: number): DecidedTimer {
  if (!timer.taskOpen) return VOID;
  if (timer.kind === 'deadline') return { kind: 'expire' };
  if (timer.anew) return VOID;
  if (timer.kind === 'total') return OPEN.has(timer.state ?? 'ready') ? { kind: 'expire' } : VOID;
  if ((timer.state ?? 'ready') !== 'ready' || timer.taken) return VOID;
  if (timer.stillMs === null) return { kind: 'expire' };
  // It was due during the pause, so the pause had begun with that much left.
  return { kind: 'later', afterMs: Math.max(LEAST_LATER_MS, timer.stillMs - overdueMs) };
}

/** States that a step has begun with and not ended. */
const OPEN: ReadonlySet<StepState> = new Set(['ready', 'in_progress', 'waiting_for_retry', 'waiting']);

/** Positions of steps that a deadline ends: what could still move. What waits for them is blocked then. @public */
export const endedByDeadline = (steps: readonly (StepState | null)[]): number[] =>
  steps.flatMap((state, position) => (state !== null && OPEN.has(state) ? [position] : []));

/** The failure that is recorded of a step whose time is over. @public */
export function expiredFailure(plan: TaskPlan, position: number, kind: TimerKind): StepFailure {
  const step = stepAt(plan, position);
  const name = `Step "${step?.name ?? position}"`;
  const { totalTimeoutMs, startTimeoutMs } = step?.definition ?? {};
  switch (kind) {
    case 'total':
      return failure('total_timeout', 'TotalTimeout', `${name} took longer than ${totalTimeoutMs} ms in all.`);
    case 'start':
      return failure('start_timeout', 'StartTimeout', `${name} was not begun within ${startTimeoutMs} ms.`);
    case 'deadline':
      return failure('deadline', 'DeadlineExceeded', `The task took longer than ${plan.definition.deadlineMs} ms.`);
  }
}

const failure = (kind: FailureKind, name: string, message: string): StepFailure => ({ kind, name, message });
