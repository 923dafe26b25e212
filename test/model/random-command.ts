import type { OperatorCommand, TaskPlan } from '@tasker/core';
import { below } from '../support/seeded-random';

/** Ends of the task as a whole are rare, so that others have something to act on. */
const LOTS: readonly OperatorCommand['verb'][] = [
  ...(['pause', 'pause', 'pause', 'resume', 'resume', 'resume', 'resume', 'retry', 'retry', 'retry'] as const),
  ...(['rerun', 'rerun', 'rerun', 'retry_step', 'retry_step', 'skip_step', 'skip_step', 'resolve_step'] as const),
  ...(['resolve_step', 'cancel_step', 'set_priority', 'set_priority', 'edit', 'edit_inputs', 'edit_inputs'] as const),
  ...(['cancel', 'resolve'] as const),
];

/** Any verb with any options; whether it is legal is for the task to say. */
export function randomCommand(plan: TaskPlan, random: () => number): OperatorCommand {
  const verb = LOTS[below(random, LOTS.length)] ?? 'edit';
  const steps = plan.definition.steps;
  const step = steps[below(random, steps.length)]?.name ?? '';
  const running = random() < 0.5 ? 'abort' : 'finish';
  switch (verb) {
    case 'cancel':
    case 'pause':
      return { verb, running };
    case 'set_priority':
      return { verb, priority: below(random, 201) - 100 };
    case 'edit':
      return { verb, tags: [`tag${below(random, 5)}`], taskReason: random() < 0.5 ? null : 'seen' };
    case 'skip_step':
      return { verb, step, force: random() < 0.7 };
    case 'resolve_step':
      return { verb, step, result: `by hand ${below(random, 1_000)}` };
    case 'edit_inputs':
      return { verb, step, inputs: random() < 0.3 ? null : { note: below(random, 100) } };
    case 'rerun':
      return random() < 0.5 ? { verb, step } : { verb, step, inputs: { note: below(random, 100) } };
    case 'retry_step':
    case 'cancel_step':
      return { verb, step };
    case 'retry':
    case 'resume':
    case 'resolve':
      return { verb };
  }
}
