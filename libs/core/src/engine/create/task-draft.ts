import type { NewTask } from '../../ports/task-creation';
import type { StepPlan, TaskPlan } from '../../rules/template/task-plan';

/** A task to create, with everything decided but who runs its roots. @public */
export interface TaskDraft {
  readonly plan: TaskPlan;
  readonly task: Omit<NewTask, 'roots' | 'templateId' | 'lone'>;
}

/** What the store is given of a draft; `isMine` says which roots the creating worker takes at once. */
export function newTask({ plan, task }: TaskDraft, isMine: (root: StepPlan) => boolean): NewTask {
  const roots = plan.roots.flatMap((position) => {
    const root = plan.steps[position];
    return root ? [{ position, lane: root.lane, mine: isMine(root) }] : [];
  });
  return { ...task, templateId: plan.templateId, roots, lone: plan.steps.length === 1 };
}

/** The same with all roots in the queue: for a creation inside somebody else's transaction. @public */
export const queuedTask = (draft: TaskDraft): NewTask => newTask(draft, () => false);
