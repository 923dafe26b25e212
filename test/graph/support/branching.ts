import type { StepTemplateDefinition, SwitchCase, TaskPlan } from '@tasker/core';
import type { EngineHarness } from '../../support/engine-harness';
import { step } from '../../support/engine-templates';

const ENGINE = { handler: '@engine', queue: '@engine' } as const;

/** A step without a handler that chooses among its children. */
export const switchStep = (
  name: string,
  dependsOn: readonly string[],
  cases: readonly SwitchCase[],
): StepTemplateDefinition => step(name, dependsOn, { ...ENGINE, switch: cases });

/** How each step of a task stands, by name. */
export async function standing(
  harness: EngineHarness,
  plan: TaskPlan,
  taskId: string,
): Promise<Record<string, string>> {
  const states = await harness.rows.stepStates(taskId);
  return Object.fromEntries(plan.steps.map(({ name, position }) => [name, states[position] ?? 'pending']));
}

/** Why each step was left out, by name, as the history has it. */
export async function skips(harness: EngineHarness, plan: TaskPlan, taskId: string): Promise<Record<string, unknown>> {
  const rows = await harness.rows.query<{ position: number; skip: unknown }>(
    `select position, metadata -> 'skip' as skip from tasker.step_history
      where task_id = $1 and to_state = tasker.step_not_taken() order by position`,
    [taskId],
  );
  return Object.fromEntries(rows.map(({ position, skip }) => [plan.steps[position]?.name, skip]));
}
