import { TaskerError } from '../../errors/tasker-error';
import { satisfiesDependents, shownState, type StepState } from '../states/step-state';
import { leastToRun } from '../settlement/left-out';
import { nearestName } from '../../data/nearest-name';
import { choiceMoves } from './choice-moves';
import { descendantsOf, positionOf, stepAt } from '../template/plan-graph';
import type { StepPlan, TaskPlan } from '../template/task-plan';
import type { DecidedAct, StandingTask, StepMove } from './decided-act';
import type { OperatorCommand } from './operator-command';
import { legalStepVerbs, STEP_VERBS, type StepVerb } from './verb-rules';

type StepCommand = Extract<OperatorCommand, { verb: StepVerb }>;

/**
 * The verbs on one step.
 *
 * @returns null: it is so already
 */
export function decideStepVerb(plan: TaskPlan, task: StandingTask, command: StepCommand): DecidedAct | null {
  const step = stepNamed(plan, command.step);
  const from = task.steps[step.position] ?? 'pending';
  const rule = STEP_VERBS[command.verb];
  if (rule.to === shownState(from) && command.verb !== 'rerun') return null;
  if (!rule.task.includes(task.state) || !rule.from.includes(from)) throw refused(task, command, from);
  if (command.verb === 'rerun') return rerun(plan, task, command, step, from);
  if (command.verb === 'skip_step' && !step.definition.skippable && command.force !== true) {
    throw refused(task, command, from, 'Its template does not allow it: pass force, or resolve it with a result.');
  }
  const move: StepMove = {
    ...{ position: step.position, from, to: rule.to ?? from, again: command.verb === 'retry_step' },
    result: command.verb === 'resolve_step' ? JSON.stringify(command.result ?? null) : null,
    inputs: command.verb === 'edit_inputs' ? JSON.stringify(command.inputs) : null,
  };
  return { moves: [move, ...chosenMoves(plan, task, step, command)], task: reopened(task, rule.to === null) };
}

/** What lets dependents go on has to say which, where the step decides about them. */
const chosenMoves = (plan: TaskPlan, task: StandingTask, step: StepPlan, command: StepCommand): StepMove[] =>
  command.verb === 'skip_step' || command.verb === 'resolve_step' ? choiceMoves(plan, task, step, command.choice) : [];

/** The step runs again, and everything after it waits for it anew, whatever had become of it. */
function rerun(
  plan: TaskPlan,
  task: StandingTask,
  command: Extract<StepCommand, { verb: 'rerun' }>,
  step: StepPlan,
  from: StepState,
): DecidedAct {
  const unmet = step.parents.filter((position) => !satisfiesDependents(task.steps[position] ?? 'pending'));
  if (unmet.length > 0) {
    const names = unmet.map((position) => stepAt(plan, position)?.name).join(', ');
    throw refused(task, command, from, `It needs ${names}, which is not done: rerun from there.`);
  }
  if (!isReached(step, task)) {
    throw refused(task, command, from, 'The branches before it were left out: rerun the step that decides about them.');
  }
  const inputs = command.inputs === undefined ? null : JSON.stringify(command.inputs);
  const first: StepMove = { position: step.position, from, to: 'ready', result: null, inputs, again: true };
  const after = descendantsOf(plan, step.position).flatMap((position): StepMove[] => {
    const state = task.steps[position] ?? 'pending';
    if (state === 'pending') return [];
    return [{ position, from: state, to: 'pending', result: null, inputs: null, again: true }];
  });
  return { moves: [first, ...after], task: reopened(task, false) };
}

/** Whether enough of its parents have run, of those that branches may leave out. */
const isReached = (step: StepPlan, { steps }: StandingTask): boolean =>
  step.parents.filter((position) => steps[position] !== 'not_taken').length >= leastToRun(step);

const reopened = (task: StandingTask, staysAsItIs: boolean): DecidedAct['task'] =>
  !staysAsItIs && (task.state === 'error' || task.state === 'complete') ? { state: 'in_progress' } : {};

function stepNamed(plan: TaskPlan, name: string): StepPlan {
  const step = stepAt(plan, positionOf(plan, name) ?? -1);
  if (step) return step;
  const names = plan.steps.map((known) => known.name);
  const near = nearestName(name, names);
  throw new TaskerError('TSK_STEP_NOT_FOUND', `The task has no step "${name}".`, {
    ...(near !== undefined && { hint: `Did you mean "${near}"?` }),
    data: { step: name, steps: names.slice(0, 100) },
  });
}

function refused(task: StandingTask, { verb, step }: StepCommand, state: StepState, why?: string): TaskerError {
  const legal = legalStepVerbs(task.state, state);
  return new TaskerError(
    'TSK_STATE_REFUSED',
    `Step "${step}" of task ${task.taskId} is ${shownState(state)}, its task ${task.state}: ${verb} is not possible.`,
    {
      hint: why ?? `Possible on the step now: ${legal.join(', ') || 'nothing'}.`,
      data: { taskId: task.taskId, step, state: shownState(state), taskState: task.state, verb, legal },
    },
  );
}
