import type { ClaimedStep, StepKey } from '../../ports/engine-store';
import type { StepPlan, TaskPlan } from '../../rules/template/task-plan';
import { isLeftOut } from '../../rules/settlement/left-out';
import { stepAt } from '../../rules/template/plan-graph';

/** A task of which this worker has at least one step in hand. */
export interface TaskInHand {
  readonly id: string;
  readonly plan: TaskPlan;
  /** JSON text of the context. */
  readonly context: string;
  readonly correlationId: string;
  readonly traceParent: string | null;
  /** Database time, epoch milliseconds. */
  readonly requestedAt: number;
  priority: number;
  /** Acts of operators this worker knows of. */
  lockVersion: number;
  readonly bypass: readonly number[];
  /** Results this worker knows, as JSON text by position: spares reading them back for dependents. */
  results: Map<number, string | null>;
  readonly steps: Map<number, StepInHand>;
  /** Continuations in a row without giving others in the queue a turn. */
  streak: number;
}

/** One attempt in this worker's hands, from claim to settlement. */
export interface StepInHand {
  readonly task: TaskInHand;
  readonly plan: StepPlan;
  readonly attempt: number;
  readonly startedAt: number;
  /** JSON text an earlier attempt saved. */
  readonly checkpoint: string | null;
  /** Attempts that do not count against the retry limit. */
  readonly granted: number;
  /** How often an operator has rerun the step. */
  readonly generation: number;
  /** JSON text of fields that replace those of the context for this step. */
  readonly inputs: string | null;
  /** Milliseconds in the queue. */
  readonly waitedMs: number;
  /** Its condition held: it is not asked again. */
  admitted: boolean;
  /** A join of which too few parents ran: it is there only to be recorded as left out. */
  readonly leftOut: boolean;
  /** Results of its parents, as they were when it came into hand: an operator's later act gives the task others. */
  readonly results: Map<number, string | null>;
  /** Lease lost, or taken away by an operator: whatever the handler returns is dropped. */
  dropped: boolean;
  /** Set while the handler runs; aborts its signal. */
  abort: ((reason: Error) => void) | undefined;
  /** It has an outcome; a later one is ignored. */
  concluded: boolean;
  /** True when a settlement with it got no answer: only the database knows whether it counted. */
  inDoubt: boolean;
}

type TakenStep = Pick<
  ClaimedStep,
  | 'position'
  | 'attempt'
  | 'startedAt'
  | 'checkpoint'
  | 'granted'
  | 'generation'
  | 'inputs'
  | 'waitedMs'
  | 'admitted'
  | 'ran'
>;

/** Not taken away since, by a lost lease or an operator. */
export const isInHand = (step: StepInHand): boolean => !step.dropped;

/** The engine decides something of it before a handler may run, if one does. */
export const isDecidedFirst = ({ leftOut, plan, admitted }: StepInHand): boolean =>
  leftOut || (plan.decides && (!admitted || plan.kind !== 'handler'));

/** The context as the step sees it: an operator may have given it other values for some fields. */
export function seenContext({ task, inputs }: StepInHand): unknown {
  const parsed: unknown = JSON.parse(task.context);
  return inputs === null ? parsed : { ...(parsed as object), ...(JSON.parse(inputs) as object) };
}

const isLeaving = ({ concluded, plan }: StepInHand): boolean => concluded && plan.children.length === 0;

/** Everything in this worker's hands, as the database would list it. */
export class Hand {
  private readonly tasks = new Map<string, TaskInHand>();
  private count = 0;
  private leaving = 0;

  get size(): number {
    return this.count;
  }

  /** Steps that something may follow in this worker: all but those that have an outcome and no dependents. */
  get staying(): number {
    return this.count - this.leaving;
  }

  task(taskId: string): TaskInHand | undefined {
    return this.tasks.get(taskId);
  }

  step(taskId: string, position: number): StepInHand | undefined {
    return this.tasks.get(taskId)?.steps.get(position);
  }

  /** Takes up a step that came from the store. */
  take(claimed: ClaimedStep, plan: TaskPlan): StepInHand {
    let task = this.tasks.get(claimed.taskId);
    if (!task) {
      const { taskId: id, context, correlationId, traceParent, requestedAt, priority, lockVersion, bypass } = claimed;
      task = {
        id,
        plan,
        context,
        correlationId,
        traceParent,
        requestedAt,
        priority,
        lockVersion,
        bypass,
        results: new Map(),
        steps: new Map(),
        streak: 0,
      };
      this.tasks.set(id, task);
    }
    // An operator may have given steps other results meanwhile.
    if (task.lockVersion !== claimed.lockVersion) {
      task.results = new Map();
      [task.lockVersion, task.priority] = [claimed.lockVersion, claimed.priority];
    }
    return this.put(task, claimed);
  }

  /**
   * Takes up a dependent that a settlement handed back.
   *
   * @param ran of a join in a graph that branches: parents that ran
   */
  continue(task: TaskInHand, position: number, startedAt: number, ran?: number): StepInHand {
    this.tasks.set(task.id, task);
    return this.put(task, {
      position,
      attempt: 1,
      startedAt,
      checkpoint: null,
      granted: 0,
      generation: 0,
      inputs: null,
      waitedMs: 0,
      admitted: false,
      ran,
    });
  }

  /** It has its outcome, and stays in hand until that is settled. */
  conclude(step: StepInHand): void {
    step.concluded = true;
    if (isLeaving(step)) this.leaving++;
  }

  release(step: StepInHand): void {
    // A retry without delay may be back in hand before the attempt that asked for it is let go.
    if (step.task.steps.get(step.plan.position) !== step) return;
    step.task.steps.delete(step.plan.position);
    this.count--;
    if (isLeaving(step)) this.leaving--;
    if (step.task.steps.size === 0) this.tasks.delete(step.task.id);
  }

  /** Lowest id of a task in hand; null when there is none. */
  minTaskId(): string | null {
    let low: bigint | null = null;
    for (const id of this.tasks.keys()) {
      const value = BigInt(id);
      if (low === null || value < low) low = value;
    }
    return low === null ? null : String(low);
  }

  *all(): Iterable<StepInHand> {
    for (const task of this.tasks.values()) yield* task.steps.values();
  }

  /** What was settled may not have been: results are to be asked for again. Steps in hand keep what they were given. */
  forgetResults(): void {
    for (const task of this.tasks.values()) task.results = new Map();
  }

  /** Drops everything: nothing of it will be settled. */
  abandon(reason: Error): void {
    for (const step of this.all()) {
      step.dropped = true;
      step.abort?.(reason);
    }
    for (const task of this.tasks.values()) task.steps.clear();
    this.tasks.clear();
    this.count = this.leaving = 0;
  }

  private put(task: TaskInHand, claimed: TakenStep): StepInHand {
    const { position, attempt, startedAt, checkpoint, granted, generation, inputs, waitedMs, ran } = claimed;
    const plan = stepAt(task.plan, position);
    if (!plan) throw new RangeError(`template ${task.plan.templateId} has no step at ${position}`);
    const step: StepInHand = {
      task,
      plan,
      attempt,
      startedAt,
      checkpoint,
      granted,
      generation,
      inputs,
      waitedMs,
      admitted: claimed.admitted ?? false,
      leftOut: ran !== undefined && plan.branched && isLeftOut(plan, ran),
      results: task.results,
      dropped: false,
      abort: undefined,
      concluded: false,
      inDoubt: false,
    };
    const before = task.steps.get(position);
    if (!before) this.count++;
    else if (isLeaving(before)) this.leaving--;
    task.steps.set(position, step);
    return step;
  }
}

/** One text for one step, to find it by. */
export const stepKey = ({ taskId, position }: StepKey): string => `${taskId}:${position}`;

/** The first of each step. */
export function withoutRepeats(claimed: readonly ClaimedStep[]): readonly ClaimedStep[] {
  if (new Set(claimed.map(({ taskId }) => taskId)).size === claimed.length) return claimed;
  const keys = new Set<string>();
  return claimed.filter((step) => keys.size < keys.add(stepKey(step)).size);
}
