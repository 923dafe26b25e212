import type { OperatorCommand, TaskPlan } from '@tasker/core';
import { below } from '../support/seeded-random';
import { someOf } from './random-branches';

/** Ends of the task as a whole are rare, so that others have something to act on. */
const LOTS: readonly OperatorCommand['verb'][] = [
  ...(['pause', 'pause', 'pause', 'resume', 'resume', 'resume', 'resume', 'retry', 'retry', 'retry'] as const),
  ...(['rerun', 'rerun', 'rerun', 'retry_step', 'retry_step', 'skip_step', 'skip_step', 'resolve_step'] as const),
  ...(['resolve_step', 'cancel_step', 'set_priority', 'set_priority', 'edit', 'edit_inputs', 'edit_inputs'] as const),
  ...(['set_attempts', 'set_attempts'] as const),
  ...(['cancel', 'resolve'] as const),
];

type Make = (step: string, random: () => number, choices: readonly string[]) => OperatorCommand;

/** Mostly what the step needs: some of those it decides about, or nothing where it decides about none. */
function choice(random: () => number, choices: readonly string[]): { choice?: string[] } {
  const wrong = random() < 0.1;
  return choices.length > 0 !== wrong ? { choice: someOf(choices, random, wrong ? 0 : below(random, 2)) } : {};
}

const running = (random: () => number): 'abort' | 'finish' => (random() < 0.5 ? 'abort' : 'finish');
const note = (random: () => number): { note: number } => ({ note: below(random, 100) });

const MAKE: Readonly<Record<OperatorCommand['verb'], Make>> = {
  cancel: (_step, random) => ({ verb: 'cancel', running: running(random) }),
  retry: () => ({ verb: 'retry' }),
  resolve: () => ({ verb: 'resolve' }),
  pause: (_step, random) => ({ verb: 'pause', running: running(random) }),
  resume: () => ({ verb: 'resume' }),
  set_priority: (_step, random) => ({ verb: 'set_priority', priority: below(random, 201) - 100 }),
  edit: (_step, random) => ({
    ...{ verb: 'edit', tags: [`tag${below(random, 5)}`] },
    taskReason: random() < 0.5 ? null : 'seen',
  }),
  rerun: (step, random) => ({ verb: 'rerun', step, ...(random() < 0.5 && { inputs: note(random) }) }),
  retry_step: (step, random) => ({
    ...{ verb: 'retry_step', step },
    ...(random() < 0.3 && { attempts: 1 + below(random, 5) }),
  }),
  set_attempts: (step, random) => ({ verb: 'set_attempts', step, attempts: 1 + below(random, 5) }),
  cancel_step: (step) => ({ verb: 'cancel_step', step }),
  skip_step: (step, random, choices) => ({
    ...{ verb: 'skip_step', step, force: random() < 0.7 },
    ...choice(random, choices),
  }),
  resolve_step: (step, random, choices) => ({
    ...{ verb: 'resolve_step', step, result: `by_hand_${below(random, 1_000)}` },
    ...choice(random, choices),
  }),
  edit_inputs: (step, random) => ({ verb: 'edit_inputs', step, inputs: random() < 0.3 ? null : note(random) }),
};

/** Any verb with any options; whether it is legal is for the task to say. */
export function randomCommand(plan: TaskPlan, random: () => number): OperatorCommand {
  const { steps } = plan.definition;
  const verb = LOTS[below(random, LOTS.length)] ?? 'edit';
  const step = steps[below(random, steps.length)];
  const choices = step?.choices ?? step?.switch?.flatMap((one) => one.steps) ?? [];
  return MAKE[verb](step?.name ?? '', random, choices);
}
