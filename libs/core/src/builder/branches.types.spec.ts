/**
 * Types of the builder where a template branches: the compiler is the test. Every `@ts-expect-error` has to stand above a
 * mistake the compiler refuses, every `exactly` compares a type exactly.
 */
import type { StepContext } from '../handler/step-context';
import type { StepHandler } from '../handler/step-handler';
import { defineTask } from './task-builder';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Gives the value back; compiles only where its type is exactly T. */
const exactly =
  <T>() =>
  <U>(value: U, equal: Equal<T, U>): U | null =>
    equal ? value : null;

interface Order {
  total: number;
}

class Pick implements StepHandler<Order, unknown> {
  process(step: StepContext<Order>) {
    return step.choose(['express'], { carrier: step.task.context.total > 5 ? 'a' : 'b' });
  }
}

const order = () => defineTask<Order>({ name: 'order' }).step('check', { process: () => ({ fast: true }) });

const routed = () =>
  order()
    .switch('route', {
      dependsOn: ['check'],
      cases: [{ when: 'parents.check.fast', steps: 'express' }, { default: ['freight', 'tell'] }],
    })
    .step('express', { dependsOn: ['route'], process: () => 1 })
    .step('freight', { dependsOn: ['route'], process: () => 'f' })
    .step('tell', { dependsOn: ['route'], process: () => true });

describe('the compiler knows', () => {
  it('what may have been left out, by whom it is read', () => {
    const task = routed()
      .step('follow', { dependsOn: ['express'], process: (step) => exactly<number>()(step.parents.express, true) })
      .step('join', {
        dependsOn: ['express', 'freight'],
        process: (step) => {
          exactly<number | null>()(step.parents.express, true);
          return exactly<string | null>()(step.parents.freight, true);
        },
      })
      .step('always', {
        ...{ dependsOn: ['follow'], runIf: 'always' },
        process: (step) => exactly<number | null>()(step.parents.follow, true),
      })
      .step('all', {
        ...{ dependsOn: ['check', 'express'], runIf: 'all' },
        process: (step) => exactly<number>()(step.parents.express, true),
      })
      .step('beside', {
        dependsOn: ['check', 'follow'],
        process: async (step) => {
          exactly<{ fast: boolean }>()(step.parents.check, true);
          exactly<number | null>()(await step.resultOf('express'), true);
          return exactly<{ readonly chosen: readonly ('express' | 'freight' | 'tell')[] }>()(
            await step.resultOf('route'),
            true,
          );
        },
      });
    expect(task.build().definition.steps).toHaveLength(10);
  });

  it('that a step with a condition may be missing, and one that runs always is not', () => {
    const task = order()
      .step('maybe', { dependsOn: ['check'], when: 'context.total > 5', process: () => 1 })
      .step('sure', { dependsOn: ['maybe'], runIf: 'always', process: () => 1 })
      .step('join', {
        dependsOn: ['maybe', 'sure'],
        process: (step) => {
          exactly<number | null>()(step.parents.maybe, true);
          return exactly<number>()(step.parents.sure, true);
        },
      });
    expect(task.build().definition.steps[1]?.when).toBe('context.total > 5');
  });

  it('the result of a step that chooses, and the names it chooses among', () => {
    const task = order()
      .step('pick', {
        ...{ dependsOn: ['check'], choices: ['a', 'b'] },
        process: (step) => step.choose('a', { by: 'hand' }),
      })
      .step('a', { dependsOn: ['pick'], process: (step) => exactly<{ by: string }>()(step.parents.pick, true) })
      .step('b', { dependsOn: ['pick'], process: () => 1 });
    expect(task.build().definition.steps[1]?.choices).toEqual(['a', 'b']);
    const named = defineTask<Order>({ name: 'named' })
      .step('pick', { handler: Pick, choices: 'express' })
      .step('express', {
        dependsOn: ['pick'],
        process: (step) => exactly<{ carrier: string }>()(step.parents.pick, true),
      });
    expect(named.build().definition.steps[0]?.choices).toEqual(['express']);
  });
});

describe('the compiler refuses', () => {
  it('dependents that a switch does not name, that have other parents, or that are missing', () => {
    // @ts-expect-error the switch does not name "expres"
    routed().step('expres', { dependsOn: ['route'], process: () => 1 });
    const half = order().switch('route', {
      cases: [{ when: 'context.total > 1', steps: ['a', 'b'] }, { default: [] }],
    });
    // @ts-expect-error "a" is chosen, so it has one parent
    half.step('a', { dependsOn: ['route', 'check'], process: () => 1 });
    // @ts-expect-error "b" is chosen and missing
    half.step('a', { dependsOn: ['route'], process: () => 1 }).build();
    const whole = half
      .step('a', { dependsOn: ['route'], process: () => 1 })
      .step('b', { dependsOn: ['route'], process: () => 1 });
    expect(whole.build().definition.steps).toHaveLength(4);
  });

  it('a choice among other names, or of a step that has none', () => {
    // @ts-expect-error "c" is no choice
    order().step('pick', { choices: ['a', 'b'], process: (step) => step.choose('c', 1) });
    // @ts-expect-error nothing to choose among
    const none = order().step('pick', { process: (step) => step.choose('a', 1) });
    expect(none).toBeDefined();
  });

  it('slips in keys and words', () => {
    // @ts-expect-error runIf is any, all or always
    order().step('a', { runIf: 'some', process: () => 1 });
    // @ts-expect-error a case has "when" and "steps", or "default"
    order().switch('s', { cases: [{ when: 'true', step: 'a' }] });
    // @ts-expect-error a switch has no handler
    order().switch('s', { handler: 'x', cases: [{ default: [] }] });
    // @ts-expect-error there is no step "chek"
    const slip = order().switch('s', { dependsOn: ['chek'], cases: [{ default: [] }] });
    expect(slip).toBeDefined();
  });

  it('to read what may be missing without asking', () => {
    const task = routed().step('join', {
      dependsOn: ['express', 'freight'],
      // @ts-expect-error "freight" may have been left out
      process: (step) => step.parents.freight.length,
    });
    expect(task).toBeDefined();
  });
});
