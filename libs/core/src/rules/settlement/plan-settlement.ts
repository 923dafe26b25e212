import { descendantsOf, stepAt } from '../template/plan-graph';
import type { StepPlan } from '../template/task-plan';
import type { DecidedOutcome } from './decided-outcome';
import type {
  JoinTouch,
  NextStep,
  QueuePlace,
  Rerun,
  SettledOutcome,
  SettlementBatch,
  StepCount,
} from './settlement-batch';

/** The virtual end of a task with several sinks. */
export const END_POSITION = -1;

/** Which worker gets a dependent that this outcome frees, already claimed; null: the queue. Asked once per dependent. */
export type DependentTaker<O extends DecidedOutcome> = (parent: O, dependent: StepPlan) => number | null;

/**
 * Works out, from the compiled graphs alone, what a batch of outcomes does to the dependents. Pure: the store does the
 * arithmetic that only it can, whether a join or an end is reached.
 *
 * @param outcomes in the order of `byTaskAndPosition`; those of the batch keep it
 * @param forLost a rescuer speaks for workers declared lost
 */
export function planSettlement<O extends DecidedOutcome>(
  outcomes: readonly O[],
  taker: DependentTaker<O>,
  forLost = false,
): SettlementBatch {
  const planner = new SettlementPlanner(taker);
  for (const outcome of outcomes) planner.add(outcome);
  return planner.batch(forLost);
}

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/** Task by task: what one task's outcomes touch is gathered until the next task's come. */
class SettlementPlanner<O extends DecidedOutcome> {
  private readonly outcomes: SettledOutcome[] = [];
  private readonly reruns: Rerun[] = [];
  private readonly next: NextStep[] = [];
  private readonly joins: JoinTouch[] = [];
  private readonly finished: string[] = [];
  private readonly stepCounts: StepCount[] = [];
  private readonly touched = new Map<number, Growing<JoinTouch>>();
  private last: O | undefined;

  constructor(private readonly taker: DependentTaker<O>) {}

  add(outcome: O): void {
    if (this.last?.taskId !== outcome.taskId) this.closeTask();
    this.last = outcome;
    const { taskId, position, attempt, worker, decided } = outcome;
    const { granted, state, result, error } = decided;
    this.outcomes.push({ taskId, position, attempt, granted, state, result, error, worker });
    const step = stepAt(outcome.plan, position);
    if (!step) throw new RangeError(`template ${outcome.plan.templateId} has no step at ${position}`);
    if (decided.delayMs !== null) this.reruns.push({ ...placeOf(outcome, step), delayMs: decided.delayMs });
    else if (state === 'error') this.block(outcome, step);
    else this.free(outcome, step);
  }

  batch(forLost: boolean): SettlementBatch {
    this.closeTask();
    const { outcomes, reruns, next, joins, finished, stepCounts } = this;
    return { level: 1, forLost, outcomes, reruns, next, joins, finished, stepCounts };
  }

  private closeTask(): void {
    if (this.last === undefined || this.touched.size === 0) return;
    const touches = [...this.touched.values()];
    if (touches.length > 1) touches.sort((one, other) => one.position - other.position);
    this.joins.push(...touches);
    this.stepCounts.push({ taskId: this.last.taskId, steps: this.last.plan.steps.length });
    this.touched.clear();
  }

  private free(parent: O, step: StepPlan): void {
    for (const position of step.children) {
      const child = stepAt(parent.plan, position);
      if (!child) continue;
      if (child.parents.length === 1) this.next.push(nextStep(parent, child, this.taker(parent, child)));
      else this.touch(parent, child, 1, false);
    }
    if (step.children.length > 0) return;
    if (parent.plan.sinks.length === 1) this.finished.push(parent.taskId);
    else this.touchEnd(parent, 1, false);
  }

  /**
   * A final failure marks every descendant and the end. Whatever still runs in the task must arrive at a marked row,
   * and that is how its settlement learns that the task can no longer complete.
   */
  private block(failed: O, step: StepPlan): void {
    for (const position of descendantsOf(failed.plan, step.position)) {
      const descendant = stepAt(failed.plan, position);
      if (descendant) this.touch(failed, descendant, 0, true);
    }
    this.touchEnd(failed, 0, true);
  }

  private touch(parent: O, step: StepPlan, met: number, blocked: boolean): void {
    if (this.touchedAgain(step.position, met, blocked)) return;
    const worker = met > 0 ? this.taker(parent, step) : null;
    const need = step.parents.length;
    this.touched.set(step.position, { ...placeOf(parent, step), worker, need, met, blocked });
  }

  private touchEnd({ taskId, plan }: O, met: number, blocked: boolean): void {
    if (this.touchedAgain(END_POSITION, met, blocked)) return;
    const place = { taskId, position: END_POSITION, templateId: plan.templateId, lane: 0, rank: 0 };
    this.touched.set(END_POSITION, { ...place, worker: null, need: plan.sinks.length, met, blocked });
  }

  private touchedAgain(position: number, met: number, blocked: boolean): boolean {
    const known = this.touched.get(position);
    if (!known) return false;
    known.met += met;
    known.blocked ||= blocked;
    return true;
  }
}

/** Written out, not spread: one is made for nearly every step. */
const nextStep = ({ taskId, plan, priority }: DecidedOutcome, step: StepPlan, worker: number | null): NextStep => ({
  taskId,
  position: step.position,
  templateId: plan.templateId,
  lane: step.lane,
  rank: -priority,
  worker,
});

const placeOf = ({ taskId, plan, priority }: DecidedOutcome, step: StepPlan): QueuePlace => ({
  taskId,
  position: step.position,
  templateId: plan.templateId,
  lane: step.lane,
  rank: -priority,
});
