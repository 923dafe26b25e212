/**
 * Types of the builder: the compiler is the test. Every `@ts-expect-error` has to stand above a mistake the compiler
 * refuses, every `exactly` compares a type exactly.
 */
import type { StepContext, TransactionalStepContext } from '../handler/step-context';
import type { StepHandler } from '../handler/step-handler';
import { defineTask, type DefinedTask } from './task-builder';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Gives the value back; compiles only where its type is exactly T. */
const exactly =
  <T>() =>
  <U>(value: U, equal: Equal<T, U>): U | null =>
    equal ? value : null;

interface OrderContext {
  orderId: string;
  total: number;
}
interface Validation {
  valid: boolean;
}
interface Charge {
  receipt: string;
}

class Validate implements StepHandler<OrderContext, Validation> {
  process(step: StepContext<OrderContext>): Promise<Validation> {
    return Promise.resolve({ valid: step.task.context.total > 0 });
  }
}
class ChargeCard implements StepHandler<OrderContext, Charge, { validate: Validation }> {
  constructor(private readonly prefix: string) {}
  process(step: StepContext<OrderContext, { validate: Validation }>): Charge {
    return { receipt: `${this.prefix}${step.parents.validate.valid}` };
  }
}
class Shaped implements StepHandler {
  process(): string {
    return 'raw';
  }
  processResults(): { shaped: number } {
    return { shaped: 1 };
  }
}
class OtherContext implements StepHandler<{ userId: number }> {
  process(step: StepContext<{ userId: number }>): number {
    return step.task.context.userId;
  }
}
class NeedsEarlier implements StepHandler<OrderContext, string, Record<never, never>, { validate: Validation }> {
  async process(step: StepContext<OrderContext, Record<never, never>, { validate: Validation }>): Promise<string> {
    return String((await step.resultOf('validate')).valid);
  }
}
class Books implements StepHandler<OrderContext, number> {
  async process({ manager }: TransactionalStepContext<OrderContext>): Promise<number> {
    return (await manager.query<unknown[]>('select 1')).length;
  }
}
class NoHandler {
  run(): void {}
}

const order = () => defineTask<OrderContext>({ name: 'order' });
const validated = () => order().step('validate', { handler: Validate });

describe('the compiler knows', () => {
  it('the result of every declared parent, and of no other step', () => {
    const task = validated()
      .step('charge', { handler: ChargeCard, dependsOn: ['validate'], retryLimit: 5 })
      .step('mail', {
        dependsOn: ['charge', 'validate'],
        process: async (step) => {
          exactly<Charge>()(step.parents.charge, true);
          exactly<Validation>()(step.parents.validate, true);
          exactly<OrderContext>()(step.task.context, true);
          return [step.parents.charge.receipt];
        },
      })
      .step('close', {
        dependsOn: ['mail'],
        process: (step) => {
          exactly<{ readonly mail: string[] }>()(step.parents, true);
          // @ts-expect-error charge is a step, but not a declared parent of this one
          void step.parents.charge;
        },
      })
      .step('after', {
        dependsOn: ['close'],
        process: (step) => exactly<null>()(step.parents.close, true),
      })
      .step('alone', { process: (step) => exactly<Record<never, never>>()(step.parents, true) })
      .build();
    expect(task.definition.steps.map((step) => step.dependsOn)).toEqual([
      [],
      ['validate'],
      ['charge', 'validate'],
      ['mail'],
      ['close'],
      [],
    ]);
  });

  it('what a handler stores: what processResults makes of it, null for nothing, unknown for a name', () => {
    const task = order()
      .step('shaped', { handler: Shaped })
      .step('named', { handler: 'some_handler' })
      .step('read', {
        dependsOn: ['shaped', 'named'],
        process: (step) => {
          exactly<{ shaped: number }>()(step.parents.shaped, true);
          exactly<unknown>()(step.parents.named, true);
        },
      })
      .build();
    expect(task.definition.steps.map((step) => step.handler)).toEqual(['Shaped', 'some_handler', 'default.order.read']);
  });

  it('what JSON makes of a result, and of the context', () => {
    class Money {
      constructor(readonly cents: number) {}
      plus(other: Money): Money {
        return new Money(this.cents + other.cents);
      }
    }
    interface Made {
      readonly at: Date;
      note?: string;
      by: string | undefined;
      list: [Date, number][];
      money: Money;
      any: unknown;
      link: URL | null;
      counts: Record<string, Date>;
    }
    interface Stored {
      readonly at: string;
      note?: string;
      by?: string;
      list: [string, number][];
      money: { readonly cents: number };
      any: unknown;
      link: string | null;
      counts: Record<string, string>;
    }
    const task = defineTask<{ due: Date; tags: readonly string[] }>({ name: 'dated' })
      .step('make', { process: (): Made => ({}) as Made })
      .step('perhaps', { process: (): Promise<Date | undefined> => Promise.resolve(undefined) })
      .step('read', {
        dependsOn: ['make', 'perhaps'],
        process: (step) => {
          exactly<Stored>()(step.parents.make, true);
          exactly<string | null>()(step.parents.perhaps, true);
          exactly<{ due: string; tags: readonly string[] }>()(step.task.context, true);
          // @ts-expect-error a Date is a text by now
          void step.parents.make.at.getTime();
        },
      })
      .step('late', { process: (): Map<string, number> => new Map() })
      .step('never', {
        dependsOn: ['late'],
        process: (step) => exactly<never>()(step.parents.late, true),
      });
    expect(task.build().inlineHandlers.size).toBe(5);
  });

  it('the result of every step above, and of no other', () => {
    const task = validated()
      .step('charge', { handler: ChargeCard, dependsOn: ['validate'] })
      .step('aside', { process: () => 1 })
      .step('close', {
        dependsOn: ['charge'],
        process: async (step) => {
          exactly<Validation>()(await step.resultOf('validate'), true);
          exactly<Charge>()(await step.resultOf('charge'), true);
          // @ts-expect-error close does not run after aside
          void step.resultOf('aside');
          // @ts-expect-error there is no such step
          void step.resultOf('valdate');
        },
      })
      .step('deep', {
        dependsOn: ['close'],
        process: async (step) => exactly<Validation>()(await step.resultOf('validate'), true),
      })
      .step('needs', { dependsOn: ['deep'], handler: NeedsEarlier })
      .build();
    expect(task.definition.steps).toHaveLength(6);
    // @ts-expect-error it does not run after "validate"
    validated().step('needs', { handler: NeedsEarlier });
    const other = order().step('validate', { process: () => 1 });
    // @ts-expect-error "validate" has another result here
    const wrong = other.step('a', { dependsOn: ['validate'], handler: NeedsEarlier });
    expect(wrong).toBeDefined();
    // @ts-expect-error a root runs after nothing
    expect(order().step('root', { process: (step) => step.resultOf('validate') })).toBeDefined();
  });

  it('that the result of a skippable step may be null', () => {
    const task = order()
      .step('check', { handler: Validate, skippable: true })
      .step('sure', { handler: Validate, skippable: false })
      .step('read', {
        dependsOn: ['check', 'sure'],
        process: (step) => {
          exactly<Validation | null>()(step.parents.check, true);
          exactly<Validation>()(step.parents.sure, true);
        },
      });
    expect(task.build().definition.steps.map((step) => step.skippable)).toEqual([true, false, false]);
  });

  it('that transactional steps have a manager, and others none', () => {
    const task = validated()
      .step('book', {
        dependsOn: ['validate'],
        transactional: true,
        process: async (step) => {
          exactly<Validation>()(step.parents.validate, true);
          return step.manager.query<{ id: string }[]>('insert into books default values returning id');
        },
      })
      .step('books', { handler: Books, transactional: true })
      .step('plain', {
        dependsOn: ['book'],
        // @ts-expect-error it is not transactional
        process: (step) => void step.manager,
      });
    expect(task.build().definition.steps.map((step) => step.transactional)).toEqual([undefined, true, true, undefined]);
    // @ts-expect-error Books needs a manager
    expect(order().step('books', { handler: Books })).toBeDefined();
    // @ts-expect-error neither does it get one here
    expect(order().step('books', { handler: Books, transactional: false })).toBeDefined();
  });

  it('the context and results of the finished template', () => {
    const task = validated().build();
    exactly<DefinedTask<OrderContext, { readonly validate: Validation }>>()(task, true);
    expect(task.types).toBeUndefined();
  });

  it('no context unless one is named', () => {
    const task = defineTask({ name: 'free' }).step('a', {
      process: (step) => exactly<Record<string, unknown>>()(step.task.context, true),
    });
    expect(task.build().inlineHandlers.size).toBe(1);
  });
});

describe('the compiler refuses', () => {
  it('unknown parents, later steps and oneself', () => {
    // @ts-expect-error there is no step "valdate"
    validated().step('charge', { handler: ChargeCard, dependsOn: ['valdate'] });
    // @ts-expect-error a step cannot wait for itself
    order().step('a', { process: () => 1, dependsOn: ['a'] });
    expect(() => validated().build()).not.toThrow();
  });

  it('a name that is taken', () => {
    // @ts-expect-error "validate" exists
    validated().step('validate', { handler: Validate });
    // @ts-expect-error "validate" exists
    const twice = validated().step('validate', { process: () => 1 });
    expect(twice).toBeDefined();
  });

  it('a handler whose parents are missing, of another context, or no handler', () => {
    // @ts-expect-error ChargeCard needs the result of "validate"
    validated().step('charge', { handler: ChargeCard });
    const text = order().step('validate', { process: () => 'text' });
    // @ts-expect-error "validate" has another result here
    text.step('charge', { handler: ChargeCard, dependsOn: ['validate'] });
    const bypassed = order().step('validate', { handler: Validate, skippable: true });
    // @ts-expect-error ChargeCard does not expect that "validate" may be bypassed
    bypassed.step('charge', { handler: ChargeCard, dependsOn: ['validate'] });
    // @ts-expect-error OtherContext needs a userId
    order().step('other', { handler: OtherContext });
    // @ts-expect-error a class without process
    const none = order().step('none', { handler: NoHandler });
    expect(none).toBeDefined();
  });

  it('a step without work, with two kinds of work, or with unknown options', () => {
    // @ts-expect-error neither handler nor process
    order().step('idle', {});
    // @ts-expect-error both
    order().step('both', { handler: Validate, process: () => 1 });
    // @ts-expect-error retryLimit is the name
    order().step('slip', { handler: Validate, retryLimits: 3 });
    // @ts-expect-error a context has no "orderID"
    const slip = order().step('field', { process: (step) => step.task.context.orderID });
    expect(slip).toBeDefined();
  });
});
