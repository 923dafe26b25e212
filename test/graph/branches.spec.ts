import type { HandlerInvoker, StepTemplateDefinition, TaskPlan } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

const harness = engineHarness();

const ENGINE = { handler: '@engine', queue: '@engine' } as const;

/** A step without a handler that chooses among its children. */
const switchStep = (
  name: string,
  dependsOn: readonly string[],
  cases: StepTemplateDefinition['switch'],
): StepTemplateDefinition => step(name, dependsOn, { ...ENGINE, switch: cases });

/** How each step ended, by name. */
async function endOf(plan: TaskPlan, taskId: string): Promise<Record<string, string>> {
  const states = await harness.rows.stepStates(taskId);
  return Object.fromEntries(plan.steps.map(({ name, position }) => [name, states[position] ?? 'pending']));
}

const handlers: Record<string, HandlerInvoker> = {
  text: async ({ name }) => `${name} ran`,
};

describe('a step with a condition', () => {
  it.each([
    [true, { a: 'complete', b: 'complete', c: 'complete' }],
    [false, { a: 'complete', b: 'not_taken', c: 'complete' }],
  ])('runs when it holds, and what joins it runs in any case: %s', async (fast, expected) => {
    const plan = await harness.template(
      template(`cond-${fast}`, [
        step('a', [], { handler: 'text' }),
        step('b', ['a'], { when: 'context.fast' }),
        step('c', ['a', 'b']),
      ]),
    );
    const one = await harness.start({ handlers });
    const taskId = await harness.create(one, plan, { contextOf: { fast } });
    expect(await harness.finished(taskId)).toBe('complete');
    expect(await endOf(plan, taskId)).toEqual(expected);
  });
});

describe('a switch', () => {
  it('takes the first case that holds, leaves out the rest with all that follows, and a join goes on', async () => {
    const plan = await harness.template(
      template('switch', [
        step('a'),
        switchStep('route', ['a'], [
          { when: 'context.size > 10', steps: ['big'] },
          { when: 'context.size > 5', steps: ['middle'] },
          { steps: ['small'] },
        ]),
        step('big', ['route']),
        step('big2', ['big']),
        step('middle', ['route']),
        step('small', ['route']),
        step('end', ['big2', 'middle', 'small']),
      ]),
    );
    const one = await harness.start({ handlers });
    const taskId = await harness.create(one, plan, { contextOf: { size: 7 } });
    expect(await harness.finished(taskId)).toBe('complete');
    expect(await endOf(plan, taskId)).toEqual({
      ...{ a: 'complete', route: 'complete', middle: 'complete', end: 'complete' },
      ...{ big: 'not_taken', big2: 'not_taken', small: 'not_taken' },
    });
  });
});
