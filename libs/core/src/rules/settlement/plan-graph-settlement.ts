import { hasTimers } from '../budget/has-timers';
import { descendantsOf, stepAt } from '../template/plan-graph';
import { mayWait } from '../template/step-kind';
import type { StepPlan } from '../template/task-plan';
import type { DecidedOutcome } from './decided-outcome';
import { choicesOf, leastToRun, skipMetadata } from './left-out';
import type { Outcome } from './outcome';
import { END_POSITION, type DependentTaker } from './plan-settlement';
import type {
  GraphJoinTouch,
  GraphOutcome,
  GraphSettlementBatch,
  OpenedWait,
  NextStep,
  QueuePlace,
  Rerun,
  StepCount,
  StepSkip,
} from './settlement-batch';
import type { SkipDetail, SkipReason } from './skip-reason';

/** An outcome in a task that branches or waits: it may choose among the dependents, or leave them out. */
export interface GraphDecision extends DecidedOutcome {
  readonly outcome: Outcome;
  /** Its condition held: what runs it again does not ask again. */
  readonly admitted: boolean;
  /** How often an operator has rerun the step. */
  readonly generation: number;
}

/**
 * `planSettlement` for tasks that branch or wait: what the graph alone leaves out goes with the outcomes that decided it;
 * joins count the parents that ran beside those that are satisfied.
 *
 * @param outcomes in the order of `byTaskAndPosition`; those of the batch keep it
 * @param forLost a rescuer speaks for workers declared lost
 */
export function planGraphSettlement<O extends GraphDecision>(
  outcomes: readonly O[],
  taker: DependentTaker<O>,
  forLost = false,
): GraphSettlementBatch {
  const planner = new GraphPlanner(taker);
  for (const outcome of outcomes) planner.add(outcome);
  return planner.batch(forLost);
}

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/** Task by task: what one task's outcomes touch is gathered until the next task's come. */
class GraphPlanner<O extends GraphDecision> {
  private readonly outcomes: GraphOutcome[] = [];
  private readonly reruns: Rerun[] = [];
  private readonly next: NextStep[] = [];
  private readonly joins: GraphJoinTouch[] = [];
  private readonly skips: StepSkip[] = [];
  private readonly finished: string[] = [];
  private readonly stepCounts: StepCount[] = [];
  private readonly touched = new Map<number, Growing<GraphJoinTouch>>();
  private leftOut: StepSkip[] = [];
  private last: O | undefined;
  private timed = false;

  constructor(private readonly taker: DependentTaker<O>) {}

  add(decision: O): void {
    if (this.last?.taskId !== decision.taskId) this.closeTask();
    this.last = decision;
    const step = stepAt(decision.plan, decision.position);
    if (!step) throw new RangeError(`template ${decision.plan.templateId} has no step at ${decision.position}`);
    this.timed ||= hasTimers(decision.plan);
    this.outcomes.push(recordOf(decision, step));
    const { state, delayMs } = decision.decided;
    if (delayMs !== null) this.reruns.push({ ...placeOf(decision, step, laneAgain(decision, step)), delayMs });
    else if (state === 'error') this.block(decision, step);
    else if (state === 'not_taken') this.passOver(decision, step);
    else if (state !== 'waiting') this.free(decision, step);
  }

  batch(forLost: boolean): GraphSettlementBatch {
    this.closeTask();
    const { outcomes, reruns, next, joins, skips, finished, stepCounts } = this;
    const { timed } = this;
    return { level: 2, forLost, timed, outcomes, reruns, next, joins, skips, finished, stepCounts };
  }

  private closeTask(): void {
    if (this.last === undefined) return;
    this.skips.push(...this.leftOut.sort((one, other) => one.position - other.position));
    this.leftOut = [];
    if (this.touched.size === 0) return;
    this.joins.push(...[...this.touched.values()].sort((one, other) => one.position - other.position));
    this.stepCounts.push({ taskId: this.last.taskId, steps: this.last.plan.steps.length });
    this.touched.clear();
  }

  /** The step is satisfied, and ran: its dependents go on, but for those that it chose against. */
  private free(parent: O, step: StepPlan): void {
    const { outcome, plan } = parent;
    const chosen = outcome.kind === 'completed' ? outcome.chosen : undefined;
    const choices = chosen === undefined ? [] : choicesOf(step);
    for (const position of step.children) {
      const child = stepAt(plan, position);
      if (!child) continue;
      const against = choices.includes(child.name) && !chosen?.includes(child.name);
      if (against) this.leaveOut(parent, child, 'not_chosen', { by: step.name });
      else this.reach(parent, child, 1);
    }
    if (step.children.length === 0) this.reachEnd(parent);
  }

  /** The step was left out. */
  private passOver(parent: O, step: StepPlan): void {
    for (const position of step.children) {
      const child = stepAt(parent.plan, position);
      if (child) this.reach(parent, child, 0);
    }
    if (step.children.length === 0) this.reachEnd(parent);
  }

  /** With all that follows and that the graph alone decides. By a list, not by recursion: chains are long. */
  private leaveOut(parent: O, first: StepPlan, reason: SkipReason, detail: SkipDetail): void {
    const open = [{ step: first, reason, detail }];
    for (let next = open.pop(); next; next = open.pop()) {
      const { step } = next;
      this.leftOut.push({ taskId: parent.taskId, position: step.position, reason: next.reason, detail: next.detail });
      for (const position of step.children) {
        const child = stepAt(parent.plan, position);
        if (!child) continue;
        if (followsAlone(child)) open.push({ step: child, reason: 'no_branch_taken', detail: {} });
        else this.reach(parent, child, 0);
      }
      if (step.children.length === 0) this.reachEnd(parent);
    }
  }

  /** @param ran 0: the parent that is satisfied now was left out */
  private reach(parent: O, child: StepPlan, ran: 0 | 1): void {
    if (child.parents.length > 1) this.touch(parent, child, 1, ran);
    else if (ran === 0 && followsAlone(child)) this.leaveOut(parent, child, 'no_branch_taken', {});
    else this.next.push(nextStep(parent, child, this.taker(parent, child)));
  }

  private reachEnd(parent: O): void {
    if (parent.plan.sinks.length === 1) this.finished.push(parent.taskId);
    else this.touchEnd(parent, 1, false);
  }

  /** As in graphs that do not branch: a final failure marks every descendant and the end. */
  private block(failed: O, step: StepPlan): void {
    for (const position of descendantsOf(failed.plan, step.position)) {
      const descendant = stepAt(failed.plan, position);
      if (descendant) this.touch(failed, descendant, 0, 0, true);
    }
    this.touchEnd(failed, 0, true);
  }

  private touch(parent: O, step: StepPlan, met: number, ran: number, blocked = false): void {
    if (this.touchedAgain(step.position, met, ran, blocked)) return;
    const worker = met > 0 ? this.taker(parent, step) : null;
    this.touched.set(step.position, joinTouch(parent, step, worker, met, ran, blocked));
  }

  private touchEnd({ taskId, plan }: O, met: number, blocked: boolean): void {
    if (this.touchedAgain(END_POSITION, met, met, blocked)) return;
    const place = { taskId, position: END_POSITION, templateId: plan.templateId, lane: 0, rank: 0, worker: null };
    this.touched.set(END_POSITION, { ...place, need: plan.sinks.length, least: 0, met, ran: met, blocked });
  }

  private touchedAgain(position: number, met: number, ran: number, blocked: boolean): boolean {
    const known = this.touched.get(position);
    if (!known) return false;
    known.met += met;
    known.ran += ran;
    known.blocked ||= blocked;
    return true;
  }
}

/** A step that is left out with its only parent. */
const followsAlone = (step: StepPlan): boolean => step.parents.length === 1 && leastToRun(step) > 0;

/** Once its condition has held, a step runs again without being asked. */
const laneAgain = ({ admitted, outcome }: GraphDecision, step: StepPlan): number =>
  admitted || outcome.kind === 'granted' ? step.lane : step.entryLane;

function recordOf(decision: GraphDecision, step: StepPlan): GraphOutcome {
  const { taskId, position, attempt, worker, decided, outcome, admitted } = decision;
  const { granted, state, result, error } = decided;
  const held = admitted || outcome.kind === 'granted';
  const record = { taskId, position, attempt, granted, state, result, error, worker, admitted: held };
  return { ...record, metadata: metadataOf(outcome), waits: mayWait(step), wait: waitOf(decision, step) };
}

function metadataOf(outcome: Outcome): string | null {
  // Else it would read like one that its worker gave back.
  if (outcome.kind === 'granted') return '{"admitted":true}';
  if (outcome.kind === 'not_taken') return skipMetadata(outcome.reason, outcome.detail);
  return outcome.kind === 'skipped' && outcome.reason ? skipMetadata(outcome.reason, {}) : null;
}

/** What is woken is decided by the engine again, but for a handler that suspended its step. */
function waitOf({ outcome, plan, generation }: GraphDecision, step: StepPlan): OpenedWait | null {
  if (outcome.kind !== 'waiting' || !outcome.wait) return null;
  const { templateId, engineLane, definition } = plan;
  const lane = step.kind === 'handler' ? step.lane : (engineLane ?? step.lane);
  return { ...outcome.wait, generation, templateId, lane, namespace: definition.namespace };
}

/** Written out, not spread, as is the next: one is made for nearly every step. */
const nextStep = ({ taskId, plan, priority }: DecidedOutcome, step: StepPlan, worker: number | null): NextStep => ({
  taskId,
  position: step.position,
  templateId: plan.templateId,
  lane: step.entryLane,
  rank: -priority,
  worker,
});

const joinTouch = (
  { taskId, plan, priority }: DecidedOutcome,
  step: StepPlan,
  worker: number | null,
  met: number,
  ran: number,
  blocked: boolean,
): Growing<GraphJoinTouch> => ({
  taskId,
  position: step.position,
  templateId: plan.templateId,
  lane: step.entryLane,
  rank: -priority,
  worker,
  need: step.parents.length,
  least: leastToRun(step),
  met,
  ran,
  blocked,
});

const placeOf = ({ taskId, plan, priority }: DecidedOutcome, step: StepPlan, lane: number): QueuePlace => ({
  taskId,
  position: step.position,
  templateId: plan.templateId,
  lane,
  rank: -priority,
});
