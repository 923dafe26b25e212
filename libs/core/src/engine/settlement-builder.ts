import type { JoinTouch, NextStep, QueuePlace, Rerun, SettledOutcome, SettlementBatch } from '../ports/settlement';
import { decideSettlement, type DecidedSettlement } from '../rules/settlement/decide-settlement';
import type { Outcome } from '../rules/settlement/outcome';
import { descendantsOf } from '../rules/template/plan-graph';
import type { StepPlan } from '../rules/template/task-plan';
import type { StepInHand, TaskInHand } from './hand';

/** The virtual end of a task with several sinks. */
export const END_POSITION = -1;

/** An attempt with what it came to. */
export interface SettlementEntry {
  readonly step: StepInHand;
  readonly outcome: Outcome;
  readonly decided: DecidedSettlement;
}

export const entryOf = (step: StepInHand, outcome: Outcome, random: () => number): SettlementEntry => ({
  step,
  outcome,
  decided: decideSettlement(step.plan.definition, step.attempt, outcome, random, step.granted),
});

export const joinKey = (taskId: string, position: number): string => `${taskId}:${position}`;

/**
 * Works out, from the compiled graphs alone, what a batch of outcomes does to the dependents. The store does the
 * arithmetic that only it can: whether a join or an end is reached.
 */
export class SettlementBuilder {
  private readonly outcomes: SettledOutcome[] = [];
  private readonly reruns: Rerun[] = [];
  private readonly next: NextStep[] = [];
  private readonly joins = new Map<string, JoinTouch>();
  private readonly finished: string[] = [];
  private readonly stepCounts = new Map<string, number>();

  /** @param offer asks whether this worker wants a dependent for itself; a yes reserves room */
  constructor(private readonly offer: (task: TaskInHand, step: StepPlan) => boolean) {}

  add({ step, decided }: SettlementEntry): void {
    const { task, plan } = step;
    this.outcomes.push({
      taskId: task.id,
      position: plan.position,
      attempt: step.attempt,
      keepAttempt: decided.keepAttempt,
      state: decided.state,
      result: decided.result,
      error: decided.error,
    });
    if (decided.delayMs !== null) this.reruns.push({ ...place(task, plan), delayMs: decided.delayMs });
    else if (decided.state === 'error') this.block(task, plan);
    else this.free(task, plan);
  }

  build(workerId: number, forLost: boolean): SettlementBatch {
    const { outcomes, reruns, next, finished, stepCounts } = this;
    return { workerId, forLost, outcomes, reruns, next, joins: [...this.joins.values()], finished, stepCounts };
  }

  private free(task: TaskInHand, plan: StepPlan): void {
    for (const position of plan.children) {
      const child = task.plan.steps[position];
      if (!child) continue;
      if (child.parents.length === 1) this.next.push(nextStep(task, child, this.offer(task, child)));
      else this.touch(task, child, 1, false);
    }
    if (plan.children.length > 0) return;
    if (task.plan.sinks.length === 1) this.finished.push(task.id);
    else this.touchEnd(task, 1, false);
  }

  /**
   * A final failure marks every descendant and the end. Whatever still runs in the task must arrive at a marked row,
   * and that is how its settlement learns that the task can no longer complete.
   */
  private block(task: TaskInHand, plan: StepPlan): void {
    for (const position of descendantsOf(task.plan, plan.position)) {
      const descendant = task.plan.steps[position];
      if (descendant) this.touch(task, descendant, 0, true);
    }
    this.touchEnd(task, 0, true);
  }

  private touch(task: TaskInHand, step: StepPlan, met: number, blocked: boolean): void {
    const key = joinKey(task.id, step.position);
    const known = this.joins.get(key);
    if (known) {
      this.joins.set(key, { ...known, met: known.met + met, blocked: known.blocked || blocked });
      return;
    }
    const mine = met > 0 && this.offer(task, step);
    this.joins.set(key, { ...place(task, step), need: step.parents.length, met, blocked, mine });
    this.stepCounts.set(task.id, task.plan.steps.length);
  }

  private touchEnd(task: TaskInHand, met: number, blocked: boolean): void {
    const key = joinKey(task.id, END_POSITION);
    const known = this.joins.get(key);
    this.joins.set(key, {
      taskId: task.id,
      position: END_POSITION,
      templateId: task.plan.templateId,
      lane: 0,
      rank: 0,
      need: task.plan.sinks.length,
      met: (known?.met ?? 0) + met,
      blocked: (known?.blocked ?? false) || blocked,
      mine: false,
    });
    this.stepCounts.set(task.id, task.plan.steps.length);
  }
}

/** Written out, not spread: one is made for nearly every step. */
const nextStep = (task: TaskInHand, step: StepPlan, mine: boolean): NextStep => ({
  taskId: task.id,
  position: step.position,
  templateId: task.plan.templateId,
  lane: step.lane,
  rank: -task.priority,
  mine,
});

const place = (task: TaskInHand, step: StepPlan): QueuePlace => ({
  taskId: task.id,
  position: step.position,
  templateId: task.plan.templateId,
  lane: step.lane,
  rank: -task.priority,
});
