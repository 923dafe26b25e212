import { TaskerError } from '../../errors/tasker-error';
import { didYouMean } from '../../data/nearest-name';
import { positionOf } from '../template/plan-graph';
import { choicesOf } from '../settlement/left-out';
import type { StepPlan, TaskPlan } from '../template/task-plan';
import type { StandingTask, StepMove } from './decided-act';

/** Names told in a message. */
const MOST_NAMES = 20;

/**
 * What becomes of the steps that a step decides about when an operator puts an end to it: those he does not name are left
 * out, as if it had not chosen them. What has moved already, by another act, stands.
 *
 * @param chosen undefined: he names none, which is refused where there is something to choose
 * @throws {TaskerError} TSK_CHOICE_INVALID with `data.choices`
 */
export function choiceMoves(
  plan: TaskPlan,
  task: StandingTask,
  step: StepPlan,
  chosen: readonly string[] | undefined,
): StepMove[] {
  const choices = [...new Set(choicesOf(step))];
  const fault = choiceFault(step.name, choices, chosen);
  if (fault !== null) throw new TaskerError('TSK_CHOICE_INVALID', fault, { data: { step: step.name, choices } });
  return choices.flatMap((name): StepMove[] => {
    const position = positionOf(plan, name) ?? -1;
    const from = task.steps[position] ?? 'pending';
    if (chosen?.includes(name) || from !== 'pending') return [];
    return [{ position, from, to: 'not_taken', result: null, inputs: null, again: false }];
  });
}

function choiceFault(name: string, choices: readonly string[], chosen: readonly string[] | undefined): string | null {
  if (choices.length === 0) return chosen === undefined ? null : `Step "${name}" decides about no other steps.`;
  const told = choices.slice(0, MOST_NAMES).join(', ');
  if (chosen === undefined) return `Step "${name}" decides which of ${told} run: name them as the choice.`;
  const unknown = chosen.find((one) => !choices.includes(one));
  if (unknown === undefined) return null;
  return `Step "${name}" does not decide about "${unknown}"${didYouMean(unknown, choices) || '.'}`;
}
