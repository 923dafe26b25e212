import { normaliseTemplate, type Fault, type StepTemplateInput, type TaskTemplateInput } from '@tasker/core';
import type { LoadedTemplate } from '../templates/sound-template';
import {
  checkHandlerNames,
  checkHandlersKnown,
  checkMaskedAttributes,
  checkResultsOf,
  distinctTemplates,
  informationOnly,
  unusedHandlers,
} from './check-boot';

const step = (name: string, over: Partial<StepTemplateInput> = {}): StepTemplateInput => ({
  name,
  handler: name,
  ...over,
});

function template(over: Partial<TaskTemplateInput> = {}, origin = 'order.yaml'): LoadedTemplate {
  return {
    origin,
    definition: normaliseTemplate({ name: 'order', version: '1.0.0', steps: [step('charge')], ...over }),
  };
}

const handler = (name: string, label = `class ${name}`) => ({ name, label });

describe('distinctTemplates', () => {
  it('takes the same template from two places for one', () => {
    const faults: Fault[] = [];
    expect(distinctTemplates([template(), template({}, 'templates[0]')], faults)).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  it('keeps versions and namespaces apart', () => {
    const faults: Fault[] = [];
    const all = [template(), template({ version: '1.1.0' }), template({ namespace: 'eu' })];
    expect(distinctTemplates(all, faults)).toHaveLength(3);
    expect(faults).toEqual([]);
  });

  it('refuses two different ones of one version', () => {
    const faults: Fault[] = [];
    distinctTemplates([template(), template({ steps: [step('ship')] }, 'templates[0]')], faults);
    expect(faults).toEqual([
      { path: 'templates[0]', message: 'default.order@1.0.0 is defined otherwise by order.yaml' },
    ]);
  });
});

describe('checkHandlerNames', () => {
  it('names both of two handlers of one name', () => {
    expect(
      checkHandlerNames([handler('charge', 'Charge'), handler('ship', 'Ship'), handler('charge', 'ChargeCard')]),
    ).toEqual([{ path: 'handlers.charge', message: 'is the name of Charge and of ChargeCard' }]);
  });
});

describe('checkHandlersKnown', () => {
  it('names the nearest handler for one that is missing', () => {
    const steps = [
      step('a', { handler: 'charge_crad' }),
      step('b', { handler: 'zzz' }),
      step('c', { handler: 'charge_card' }),
    ];
    expect(checkHandlersKnown([template({ steps })], [handler('charge_card')])).toEqual([
      {
        path: 'order.yaml steps.a.handler',
        message: 'no step handler is named "charge_crad"; did you mean "charge_card"?',
      },
      {
        path: 'order.yaml steps.b.handler',
        message: 'no step handler is named "zzz"; add its class to the providers of a module',
      },
    ]);
  });
});

describe('checkMaskedAttributes', () => {
  const searched = template({
    searchAttributes: [
      { name: 'tier', path: 'customer.tier' },
      { name: 'card', path: 'payment.card.last4' },
      { name: 'amount' },
    ],
  });

  it.each([[['payment.card']], [['payment.*.last4']], [['**.last4']], [['payment']]])(
    'refuses what %j hides',
    (paths) => {
      expect(checkMaskedAttributes([searched], paths)).toEqual([
        {
          path: 'order.yaml searchAttributes.card',
          message: expect.stringContaining('is read from "payment.card.last4", which masking.paths hides') as string,
        },
      ]);
    },
  );

  it.each([[[]], [['customer.email', 'payment.cards', 'amount.net']]])('lets through what %j leaves', (paths) => {
    expect(checkMaskedAttributes([searched], paths)).toEqual([]);
  });
});

describe('informationOnly', () => {
  it('names the keys of the original that nothing reads', () => {
    const moved = template({ origin: { taskHandlerClass: 'Order', monitoring: { slow: 5 }, retryStrategies: [] } });
    expect(informationOnly([template(), moved])).toEqual([
      { origin: 'order.yaml', keys: ['monitoring', 'retry_strategies'] },
    ]);
  });
});

describe('unusedHandlers', () => {
  it('gives those that no template names, sorted', () => {
    const found = unusedHandlers([template()], [handler('ship'), handler('charge'), handler('bill')]);
    expect(found.map(({ name }) => name)).toEqual(['bill', 'ship']);
  });
});

describe('checkResultsOf', () => {
  it('refuses a step whose handler reads what does not run before it, with the nearest that does', () => {
    const steps = [
      step('validate_cart'),
      step('charge', { dependsOn: ['validate_cart'] }),
      step('receipt', { dependsOn: ['charge'] }),
      step('early', { handler: 'receipt' }),
    ];
    const reader = (resultsOf: string[]) => [{ name: 'receipt', resultsOf }];
    const faults = checkResultsOf([template({ steps })], reader(['validate_cart']));
    expect(faults.map(({ path }) => path)).toEqual(['order.yaml steps.early.handler']);
    expect(checkResultsOf([template({ steps: steps.slice(0, 3) })], reader(['validate_crat']))).toEqual([
      {
        path: 'order.yaml steps.receipt.handler',
        message:
          '"receipt" reads the result of "validate_crat", which does not run before it; did you mean "validate_cart"?',
      },
    ]);
  });
});
