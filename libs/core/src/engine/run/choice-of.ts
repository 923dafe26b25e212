import { TaskerError } from '../../errors/tasker-error';
import { isStepChoice } from '../../handler/step-choice';
import type { StepPlan } from '../../rules/template/task-plan';

/** What a handler returned: its result, and the dependents it chose; undefined where the step chooses among none. */
export interface ReturnedChoice {
  readonly value: unknown;
  readonly chosen: readonly string[] | undefined;
}

/** @throws {TaskerError} TSK_CHOICE_INVALID: a choice where there is none, none where there is one, or another name */
export function choiceOf({ name, definition: { choices } }: StepPlan, output: unknown): ReturnedChoice {
  if (!isStepChoice(output)) {
    if (!choices) return { value: output, chosen: undefined };
    throw invalid(`Step "${name}" has to choose among ${choices.join(', ')}, and did not.`);
  }
  const { steps, result } = output;
  if (!choices) throw invalid(`Step "${name}" has no choices.`);
  const unknown = steps.filter((step) => !choices.includes(step));
  if (unknown.length > 0) throw invalid(`Step "${name}" cannot choose ${unknown.join(', ')}.`);
  return { value: result, chosen: steps };
}

const invalid = (message: string): TaskerError => new TaskerError('TSK_CHOICE_INVALID', message);
