import type { StepContext } from '../handler/step-context';
import { checkDefinition } from '../schema/with-ajv';
import { STEP_HANDLER_KEY } from '../handler/handler-name';
import { defineTask } from './task-builder';

class Charge {
  process(): number {
    return 1;
  }
}

describe('defineTask', () => {
  it('makes the same definition as any other notation, defaults included', () => {
    const { definition } = defineTask({
      namespace: 'shop',
      name: 'order',
      version: '1.2.3',
      description: 'An order',
      contextSchema: { type: 'object' },
      defaultDependentSystem: 'erp',
      searchAttributes: [{ name: 'customer', path: 'customer.id' }],
      customEvents: ['paid'],
    })
      .step('charge', { handler: Charge, retryLimit: 5, backoff: { initialMs: 10 }, queue: 'slow', timeoutMs: 50 })
      .step('mail', { handler: 'send_mail', dependsOn: ['charge'], customEvents: [{ name: 'sent' }] })
      .build();
    expect(checkDefinition(definition)).toEqual([]);
    expect(definition).toMatchObject({
      namespace: 'shop',
      version: '1.2.3',
      searchAttributes: [{ name: 'customer', path: 'customer.id', type: 'string' }],
      customEvents: [{ name: 'order.paid' }],
      steps: [
        { name: 'charge', handler: 'Charge', retryLimit: 5, backoff: { initialMs: 10 }, queue: 'slow', timeoutMs: 50 },
        { name: 'mail', handler: 'send_mail', dependsOn: ['charge'], dependentSystem: 'erp', retryLimit: 3 },
      ],
    });
  });

  it('keeps functions under a handler name made of namespace, template and step', () => {
    const work = (step: StepContext) => step.name;
    const { definition, inlineHandlers } = defineTask({ name: 'order' }).step('charge', { process: work }).build();
    expect(definition.steps[0]?.handler).toBe('default.order.charge');
    expect([...inlineHandlers]).toEqual([['default.order.charge', work]]);
  });

  it('names a class by its decorator', () => {
    class Decorated extends Charge {}
    Reflect.defineMetadata(STEP_HANDLER_KEY, { name: 'charge_card' }, Decorated);
    const { definition } = defineTask({ name: 'order' }).step('charge', { handler: Decorated }).build();
    expect(definition.steps[0]?.handler).toBe('charge_card');
  });

  it('leaves a builder as it was, so that templates can share a beginning', () => {
    const start = defineTask({ name: 'order' }).step('a', { process: () => 1 });
    const left = start.step('left', { process: () => 2, dependsOn: ['a'] }).build();
    const right = start.step('right', { handler: Charge, dependsOn: ['a'] }).build();
    expect(start.build().definition.steps).toHaveLength(1);
    expect(left.definition.steps.map((s) => s.name)).toEqual(['a', 'left']);
    expect(right.definition.steps.map((s) => s.name)).toEqual(['a', 'right']);
    expect([left.inlineHandlers.size, right.inlineHandlers.size]).toEqual([2, 1]);
  });
});
