import { normaliseStep, normaliseTemplate, type TaskTemplateInput } from './step-defaults';

describe('normaliseStep', () => {
  it('fills in every default', () => {
    expect(normaliseStep({ name: 'a', handler: 'h' })).toEqual({
      name: 'a',
      handler: 'h',
      dependsOn: [],
      retryable: true,
      retryLimit: 3,
      backoff: {},
      timeoutMs: null,
      skippable: false,
      queue: 'default',
      onWorkerLoss: 'retry',
      handlerConfig: {},
      customEvents: [],
    });
  });

  it('keeps what is given, takes undefined for not given, one parent for a list of one', () => {
    const step = normaliseStep({
      name: 'a',
      handler: 'h',
      retryLimit: 1,
      queue: undefined,
      description: undefined,
      dependsOn: 'b',
    });
    expect(step).toMatchObject({ retryLimit: 1, queue: 'default', dependsOn: ['b'] });
    expect(step).not.toHaveProperty('description');
  });
});

describe('normaliseTemplate', () => {
  const steps = [
    { name: 'a', handler: 'h' },
    { name: 'b', handler: 'h', dependentSystem: 'crm', customEvents: ['paid', 'shop.paid'] },
  ];

  it('fills in namespace and version', () => {
    expect(normaliseTemplate({ name: 'order', steps })).toMatchObject({ namespace: 'default', version: '0.1.0' });
  });

  it('gives the dependent system of the template to steps that have none', () => {
    const { steps: filled } = normaliseTemplate({ name: 'order', defaultDependentSystem: 'erp', steps });
    expect(filled.map((step) => step.dependentSystem)).toEqual(['erp', 'crm']);
    expect(normaliseTemplate({ name: 'order', steps }).steps[0]).not.toHaveProperty('dependentSystem');
  });

  it('puts the name of the template before events without a dot', () => {
    const definition = normaliseTemplate({
      name: 'order',
      steps,
      customEvents: [{ name: 'started', description: 'x' }],
    });
    expect(definition.customEvents).toEqual([{ name: 'order.started', description: 'x' }]);
    expect(definition.steps[1]?.customEvents).toEqual([{ name: 'order.paid' }, { name: 'shop.paid' }]);
  });

  it('with concurrent: false makes each step wait for the one before it', () => {
    const input: TaskTemplateInput = {
      name: 'order',
      concurrent: false,
      steps: [
        { name: 'last', handler: 'h', dependsOn: ['b', 'c'] },
        { name: 'a', handler: 'h' },
        { name: 'b', handler: 'h', dependsOn: 'a' },
        { name: 'c', handler: 'h' },
      ],
    };
    const definition = normaliseTemplate(input);
    expect(definition.steps.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['last', ['b', 'c']],
      ['a', []],
      ['b', ['a']],
      ['c', ['b']],
    ]);
    expect(definition).not.toHaveProperty('concurrent');
  });

  it('changes nothing in a definition, nor in its input', () => {
    const input: TaskTemplateInput = {
      name: 'order',
      concurrent: false,
      defaultDependentSystem: 'erp',
      customEvents: ['x'],
      steps,
    };
    const before = structuredClone(input);
    const definition = normaliseTemplate(input);
    expect(normaliseTemplate(definition)).toEqual(definition);
    expect(input).toEqual(before);
  });
});
