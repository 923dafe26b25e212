/**
 * Types of the builder where a template waits: the compiler is the test. Every `@ts-expect-error` has to stand above a
 * mistake the compiler refuses, every `exactly` compares a type exactly.
 */
import { defineTask } from './task-builder';
import type { ApprovalResult } from './task-types';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Gives the value back; compiles only where its type is exactly T. */
const exactly =
  <T>() =>
  <U>(value: U, equal: Equal<T, U>): U | null =>
    equal ? value : null;

const order = () => defineTask<{ total: number }>({ name: 'order' }).step('check', { process: () => 1 });

describe('the compiler knows', () => {
  it('what a step that waits results in', () => {
    const task = order()
      .step('pause', { dependsOn: ['check'], sleepMs: 5_000 })
      .step('night', { dependsOn: ['pause'], sleepUntil: 'context.dueAt' })
      .step('paid', { dependsOn: ['night'], waitFor: { signal: 'paid', timeoutMs: 1_000 } })
      .step('approve', { dependsOn: ['paid'], approval: { title: 'Go on?' }, when: 'context.total > 500' })
      .step('maybe', { dependsOn: ['check'], approval: { title: 'Go on?', deadlineMs: 5, onTimeout: 'skip' } })
      .step('ship', {
        dependsOn: ['check', 'night', 'paid', 'approve', 'maybe'],
        process: (step) => {
          exactly<number>()(step.parents.check, true);
          exactly<null>()(step.parents.night, true);
          exactly<unknown>()(step.parents.paid, true);
          exactly<ApprovalResult | null>()(step.parents.maybe, true);
          return exactly<ApprovalResult | null>()(step.parents.approve, true);
        },
      })
      .build();
    expect(task.definition.steps.map(({ handler }) => handler)).toEqual([
      'default.order.check',
      ...['@engine', '@engine', '@engine', '@engine', '@engine'],
      'default.order.ship',
    ]);
    expect([...task.inlineHandlers.keys()]).toEqual(['default.order.check', 'default.order.ship']);
  });
});

describe('the compiler refuses', () => {
  it('two ways to wait, and a handler beside one', () => {
    // @ts-expect-error a step sleeps in one way
    order().step('a', { sleepMs: 1, sleepUntil: 'context.at' });
    // @ts-expect-error it has no handler
    order().step('a', { sleepMs: 1, process: () => 1 });
    // @ts-expect-error it has no handler
    order().step('a', { approval: { title: 'x' }, handler: 'h' });
    // @ts-expect-error neither does the engine try again
    const again = order().step('a', { sleepMs: 1, retryLimit: 3 });
    expect(again).toBeDefined();
  });

  it('slips in keys', () => {
    // @ts-expect-error title
    order().step('a', { approval: { titel: 'x' } });
    // @ts-expect-error form
    order().step('a', { approval: { title: 'x', forms: {} } });
    // @ts-expect-error signal
    order().step('a', { waitFor: { signl: 'x' } });
    // @ts-expect-error there is no step "chek"
    const slip = order().step('a', { dependsOn: ['chek'], sleepMs: 1 });
    expect(slip).toBeDefined();
  });
});
