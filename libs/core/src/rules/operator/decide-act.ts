import { TaskerError } from '../../errors/tasker-error';
import { isStepOpen, type StepState } from '../states/step-state';
import type { TaskPlan } from '../template/task-plan';
import type { DecidedAct, StandingTask, StepMove } from './decided-act';
import type { OperatorCommand } from './operator-command';
import { decideStepVerb } from './decide-step-verb';
import { isStepVerb, legalTaskVerbs, TASK_VERBS, type OperatorVerb, type StepVerb, type TaskVerb } from './verb-rules';

type TaskCommand = Extract<OperatorCommand, { verb: TaskVerb }>;
type StepCommand = Extract<OperatorCommand, { verb: StepVerb }>;

/** Whether a command looks at the steps of its task. @public */
export const touchesSteps = (command: OperatorCommand): boolean =>
  isStepVerb(command.verb) ||
  // A priority: what workers hold will queue its dependents by the task's row only once the task is counted from its rows.
  ['cancel', 'retry', 'resolve', 'set_priority'].includes(command.verb) ||
  (command.verb === 'edit' && command.priority !== undefined) ||
  (command.verb === 'pause' && command.running === 'abort');

/**
 * Decides what a command does to a task as it stands. Pure.
 *
 * @returns null: it is so already
 * @throws {TaskerError} TSK_STATE_REFUSED with `data.legal`, TSK_STEP_NOT_FOUND with `data.steps`
 * @public
 */
export function decideAct(plan: TaskPlan, task: StandingTask, command: OperatorCommand): DecidedAct | null {
  if (isStepVerb(command.verb)) return decideStepVerb(plan, task, command as StepCommand);
  return decideTaskVerb(task, command as TaskCommand);
}

function decideTaskVerb(task: StandingTask, command: TaskCommand): DecidedAct | null {
  const rule = TASK_VERBS[command.verb];
  if (rule.to === task.state && command.verb !== 'retry') return stillRunning(task, command);
  if (!rule.from.includes(task.state)) throw refused(task, command.verb);
  switch (command.verb) {
    case 'cancel':
      return { moves: ended(task, command.running === 'finish'), task: { state: 'cancelled', hold: false } };
    case 'resolve':
      return { moves: ended(task, false), task: { state: 'resolved_manually', hold: false } };
    case 'retry':
      return retried(task);
    case 'pause':
      if (task.hold) return stillRunning(task, command);
      return { moves: command.running === 'abort' ? givenBack(task) : [], task: { hold: true } };
    case 'resume':
      return task.hold ? { moves: [], task: { hold: false } } : null;
    case 'set_priority':
      return task.priority === command.priority ? null : { moves: [], task: { priority: command.priority } };
    case 'edit':
      return edited(task, command);
  }
}

/** It is so already, but for handlers that were allowed to finish and shall not any more. */
function stillRunning(task: StandingTask, command: TaskCommand): DecidedAct | null {
  if (!task.steps.includes('in_progress')) return null;
  if (command.verb === 'pause' && command.running === 'abort') return { moves: givenBack(task), task: {} };
  if (command.verb === 'cancel' && command.running !== 'finish') return { moves: ended(task, false), task: {} };
  return null;
}

function edited(
  task: StandingTask,
  { tags, taskReason, priority }: Extract<TaskCommand, { verb: 'edit' }>,
): DecidedAct | null {
  const moved = priority !== undefined && priority !== task.priority;
  if (moved && !TASK_VERBS.set_priority.from.includes(task.state)) throw refused(task, 'set_priority');
  if (tags === undefined && taskReason === undefined && !moved) return null;
  const texts = { ...(tags && { tags }), ...(taskReason !== undefined && { reason: taskReason }) };
  return { moves: [], task: { ...texts, ...(moved && { priority }) } };
}

/** Everything that has not ended is cancelled; `finishRunning` leaves alone what runs. */
function ended(task: StandingTask, finishRunning: boolean): StepMove[] {
  return moves(task, (state) => {
    const spared = finishRunning && state === 'in_progress';
    return isStepOpen(state) && !spared ? 'cancelled' : null;
  });
}

function retried(task: StandingTask): DecidedAct | null {
  const again = moves(task, (state) => (state === 'error' || state === 'waiting_for_retry' ? 'ready' : null));
  if (again.length === 0 && task.state === 'in_progress') return null;
  if (again.length === 0) {
    throw refused(task, 'retry', 'None of its steps has failed; rerun it from the step that was cancelled.');
  }
  return { moves: again, task: task.state === 'error' ? { state: 'in_progress' } : {} };
}

function givenBack(task: StandingTask): StepMove[] {
  return moves(task, (state) => (state === 'in_progress' ? 'ready' : null)).map((move) => ({ ...move, again: false }));
}

function moves(task: StandingTask, target: (state: StepState) => StepState | null): StepMove[] {
  return task.steps.flatMap((from, position) => {
    const to = from === null ? null : target(from);
    return from === null || to === null
      ? []
      : [{ position, from, to, result: null, inputs: null, again: to === 'ready' }];
  });
}

function refused(task: StandingTask, verb: OperatorVerb, why?: string): TaskerError {
  const legal = legalTaskVerbs(task.state, task.hold);
  return new TaskerError('TSK_STATE_REFUSED', `Task ${task.taskId} is ${task.state}: ${verb} is not possible.`, {
    hint: why ?? `Possible on the task now: ${legal.join(', ')}.`,
    data: { taskId: task.taskId, state: task.state, verb, legal },
  });
}
