import type { StepFailure } from '@tasker/core';
import type { ErrorChain, StepReadiness, TaskExplanation } from '@tasker/postgres';
import type { Principal } from '../access/access-policy';
import { mayUse } from '../access/check-access';
import type { StepDetail, TaskDetail, TaskHistory } from '../tasks/task-views';

type StoryEntry = TaskExplanation['story'][number];

/**
 * Whether a caller may see the inside of the installation: on which hosts its processes run, and where in whose code an
 * error came from. Those who may list the workers see the same there.
 *
 * @internal
 */
export const seesInside = (caller: Principal): boolean => mayUse(caller, 'tasker.worker:index');

/** What the views of a task leave out for callers who may not see it. @internal */
export class Discretion {
  private readonly silent: boolean;

  constructor(caller: Principal) {
    this.silent = !seesInside(caller);
  }

  task(task: TaskDetail): TaskDetail {
    return this.silent ? { ...task, steps: task.steps.map((step) => this.step(step)) } : task;
  }

  step(step: StepDetail): StepDetail {
    return this.silent ? { ...step, error: withoutStack(step.error) } : step;
  }

  history(history: TaskHistory): TaskHistory {
    if (!this.silent) return history;
    return { ...history, steps: history.steps.map((entry) => ({ ...entry, error: withoutStack(entry.error) })) };
  }

  readiness(steps: readonly StepReadiness[]): StepReadiness[] {
    return this.silent ? steps.map(withoutPlace) : [...steps];
  }

  chains(chains: readonly ErrorChain[]): ErrorChain[] {
    return this.silent ? chains.map((chain) => ({ ...chain, error: withoutStack(chain.error) })) : [...chains];
  }

  explanation(explanation: TaskExplanation): TaskExplanation {
    if (!this.silent) return explanation;
    const { story, waiting } = explanation;
    return { ...explanation, story: story.map(withoutWorker), waiting: waiting.map(withoutPlace) };
  }
}

function withoutStack(error: StepFailure | null): StepFailure | null {
  if (!error) return null;
  const { stack: _, ...rest } = error;
  return rest;
}

function withoutWorker(entry: StoryEntry): StoryEntry {
  const { worker, host, text, error } = entry;
  const told = worker === null ? text : text.replace(`${worker} of ${host}`, 'a worker');
  return { ...entry, text: told, worker: null, host: null, error: withoutStack(error) };
}

function withoutPlace(step: StepReadiness): StepReadiness {
  const { reason, why } = step;
  if (reason.code !== 'running') return step;
  const told = why.replace(`Worker ${reason.worker} on ${reason.host}`, `Worker ${reason.workerId}`);
  return { ...step, reason: { ...reason, worker: `worker ${reason.workerId}`, host: 'unknown' }, why: told };
}
