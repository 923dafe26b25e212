import { legalStepVerbs, legalTaskVerbs, TaskerError, type TaskState } from '@tasker/core';
import type { ExecutionContext } from './context-views';
import type { TaskExplanation } from './explanation-views';
import type { Session } from '../database/session';
import type { StepReadiness } from './readiness-views';
import type { StepInsightStore } from './step-insight-store';
import { tellAll, type StoryRow } from './story';
import { STORY } from './story-statements';
import type { TaskReadStore } from './task-read-store';
import type { TaskSummary } from './task-views';

/** Entries of a story: a task that is retried for months has more to tell than anybody reads. */
const MOST_ENTRIES = 5_000;
/** Steps a summary names before it only counts. */
const MOST_NAMES = 3;

/** Tells what happened to a task, what it waits for, and what can be done. @public */
export class ExplanationStore {
  constructor(
    private readonly session: Session,
    private readonly tasks: TaskReadStore,
    private readonly steps: StepInsightStore,
  ) {}

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  async explain(taskId: string): Promise<TaskExplanation> {
    const task = await this.tasks.summary(taskId);
    if (!task) throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${taskId}.`, { data: { taskId } });
    const told = tellAll(await this.session.rows<StoryRow>(STORY, [taskId, MOST_ENTRIES + 1]));
    const earlier = told.length > MOST_ENTRIES;
    const story = earlier ? told.slice(-MOST_ENTRIES) : told;
    const steps = await this.steps.readiness(taskId);
    const context = await this.steps.executionContext(taskId);
    const waiting = steps.filter(({ reason }) => reason.code !== 'finished');
    const summary = summarise(task, context, steps);
    return { task, summary, story, earlier, waiting, context, legal: legalNow(task, steps) };
  }
}

function legalNow(task: TaskSummary, steps: readonly StepReadiness[]): TaskExplanation['legal'] {
  const verbsOf = ({ step, state }: StepReadiness) => ({ step, state, verbs: legalStepVerbs(task.state, state) });
  return {
    task: legalTaskVerbs(task.state, task.hold),
    steps: steps.map(verbsOf).filter(({ verbs }) => verbs.length > 0),
  };
}

const ENDED: Readonly<Partial<Record<TaskState, string>>> = {
  complete: 'Complete',
  error: 'Ended in error',
  cancelled: 'Cancelled',
  resolved_manually: 'Resolved by hand',
};

function summarise(task: TaskSummary, context: ExecutionContext, steps: readonly StepReadiness[]): string {
  const done = `${context.completedSteps} of ${context.totalSteps} steps are satisfied`;
  const ended = ENDED[task.state];
  if (ended !== undefined) {
    const failed = steps.filter(({ state }) => state === 'error').map(({ step }) => step);
    return `${ended}: ${done}${failed.length > 0 ? `; failed: ${some(failed)}` : ''}.`;
  }
  const parts = [
    ...saying('running', steps, ({ state }) => state === 'in_progress'),
    ...saying('in the queue', steps, ({ reason }) => reason.code === 'queued'),
    ...saying('without a live worker', steps, ({ reason }) => reason.code === 'no_live_worker'),
    ...saying('waiting for a retry', steps, ({ state }) => state === 'waiting_for_retry'),
    ...saying('waiting', steps, ({ state }) => state === 'waiting'),
    ...saying('paused everywhere', steps, ({ reason }) => reason.code === 'paused_step'),
    ...saying('failed', steps, ({ state }) => state === 'error'),
    ...saying('blocked', steps, ({ reason }) => reason.code === 'blocked'),
  ];
  return `${task.hold ? 'Paused' : task.state === 'pending' ? 'Not started' : 'In progress'}: ${[done, ...parts].join('; ')}.`;
}

function saying(what: string, steps: readonly StepReadiness[], fits: (step: StepReadiness) => boolean): string[] {
  const found = steps.filter(fits).map(({ step }) => step);
  return found.length === 0 ? [] : [`${what}: ${some(found)}`];
}

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
