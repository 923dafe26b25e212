import type { NewRoot, NewTask } from '../../ports/task-creation';
import type { StepPlan, TaskPlan } from '../../rules/template/task-plan';
import { hasTimers } from '../../rules/budget/has-timers';
import { stepAt } from '../../rules/template/plan-graph';

/** A task to create, with everything decided but who runs its roots. @public */
export interface TaskDraft {
  readonly plan: TaskPlan;
  readonly task: Omit<NewTask, 'roots' | 'templateId' | 'lone' | 'timers'>;
}

/**
 * What the store is given of a draft; `isMine` says which roots the creating worker takes at once. Written out, not
 * spread: a third of what Node did for a creation went into this.
 */
export function newTask({ plan, task }: TaskDraft, isMine: (root: StepPlan) => boolean): NewTask {
  const roots: NewRoot[] = [];
  for (const position of plan.roots) {
    const root = stepAt(plan, position);
    if (root) roots.push({ position, lane: root.entryLane, mine: isMine(root) });
  }
  return {
    templateId: plan.templateId,
    context: task.context,
    identity: task.identity,
    priority: task.priority,
    initiator: task.initiator,
    sourceSystem: task.sourceSystem,
    reason: task.reason,
    correlationId: task.correlationId,
    traceParent: task.traceParent,
    tags: task.tags,
    bypass: task.bypass,
    attributes: task.attributes,
    roots,
    timers: hasTimers(plan) ? { deadlineMs: plan.definition.deadlineMs ?? null } : null,
    // One that branches or waits may come back to the queue before it has run.
    lone: plan.level === 1 && plan.steps.length === 1,
  };
}

/** The same with all roots in the queue: for a creation inside somebody else's transaction. @public */
export const queuedTask = (draft: TaskDraft): NewTask => newTask(draft, () => false);
