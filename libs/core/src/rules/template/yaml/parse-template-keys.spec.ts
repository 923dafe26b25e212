import { isTaskerError } from '../../../errors/tasker-error';
import type { TaskTemplateDefinition } from '../definition';
import { parseTemplateYaml } from '../../../schema/with-ajv';
import { STEP_KEYS, TEMPLATE_KEYS } from './template-keys';

/** A template with two steps, and more lines at the top level or in the second step. */
function read(template: string, step = ''): TaskTemplateDefinition {
  const text = `name: order\n${template}\nstep_templates:\n  - {name: a, handler: first}\n  - {name: b${step === '' ? ', handler: second' : `, ${step}`}}`;
  const [definition] = parseTemplateYaml(text, { source: 'keys.yaml', environment: 'test' });
  if (!definition) throw new Error('no definition');
  return definition;
}

function faultsOf(template: string, step = ''): string[] {
  try {
    read(template, step);
  } catch (error) {
    if (isTaskerError(error))
      return error.details.map(({ path, message }) => `${path} ${message.replace(/ \(.*?\)$/, '')}`);
  }
  return [];
}

const stepOf = (step: string, template = '') => read(template, step).steps[1];

/** Two dependents of the second step, for keys that choose among them. */
const DEPENDENTS = '}\n  - {name: c, handler: h, depends_on_step: b}\n  - {name: d, handler: h, depends_on_step: b';

/** One check per key: [what is written, the effect it has]. The test below fails when a key has none. */
const templateKeys: Record<string, () => void> = {
  name: () => expect(read('').name).toBe('order'),
  namespace_name: () => expect(read('namespace_name: shop').namespace).toBe('shop'),
  version: () => expect(read('version: 2.10.3').version).toBe('2.10.3'),
  description: () => expect(read('description: An order').description).toBe('An order'),
  module_namespace: () => expect(read('module_namespace: Shop').origin).toEqual({ moduleNamespace: 'Shop' }),
  task_handler_class: () => expect(read('task_handler_class: Order').origin).toEqual({ taskHandlerClass: 'Order' }),
  configuration: () =>
    expect(read('configuration: {mode: [fast]}').origin).toEqual({ configuration: { mode: ['fast'] } }),
  monitoring: () => expect(read('monitoring: true').origin).toEqual({ monitoring: true }),
  retry_strategies: () =>
    expect(read('retry_strategies: {slow: {base: 2}}').origin).toEqual({ retryStrategies: { slow: { base: 2 } } }),
  concurrent: () => {
    expect(read('concurrent: true').steps.map((s) => s.dependsOn)).toEqual([[], []]);
    expect(read('concurrent: false').steps.map((s) => s.dependsOn)).toEqual([[], ['a']]);
  },
  deadline_ms: () => {
    expect(read('deadline_ms: 86400000').deadlineMs).toBe(86_400_000);
    expect(faultsOf('deadline_ms: 0')).toEqual(['deadline_ms must be >= 1']);
  },
  default_dependent_system: () => {
    const { defaultDependentSystem, steps } = read(
      'default_dependent_system: erp',
      'handler: h, dependent_system: crm',
    );
    expect([defaultDependentSystem, ...steps.map((s) => s.dependentSystem)]).toEqual(['erp', 'erp', 'crm']);
  },
  named_steps: () => {
    expect(read('named_steps: [a, b]').steps).toHaveLength(2);
    expect(faultsOf('named_steps: [b]', 'handler: h, depends_on_step: a')).toEqual([
      'step_templates[0].name "a" is not in named_steps',
      'step_templates[1].depends_on_step "a" is not in named_steps',
    ]);
    expect(faultsOf('named_steps: [a]', 'handler: h, depends_on_steps: [a, c]')).toEqual(
      expect.arrayContaining([
        'step_templates[1].name "b" is not in named_steps',
        'step_templates[1].depends_on_steps[1] "c" is not in named_steps',
      ]),
    );
    expect(faultsOf('named_steps: a')).toEqual(['named_steps must be a list of step names']);
    expect(faultsOf('named_steps: [a, 5]')).toEqual(['named_steps must be a list of step names']);
  },
  schema: () => {
    expect(read('schema: {type: object, required: [id]}').contextSchema).toEqual({ type: 'object', required: ['id'] });
  },
  step_templates: () => expect(read('').steps.map((s) => s.name)).toEqual(['a', 'b']),
  environments: () => {
    const overrides = 'environments: {test: {step_templates: [{name: a, default_retry_limit: 9}]}}';
    expect(read(overrides).steps.map((s) => s.retryLimit)).toEqual([9, 3]);
  },
  search_attributes: () => {
    const attributes = 'search_attributes: [{name: customer, path: customer.id}, {name: total, type: number}]';
    expect(read(attributes).searchAttributes).toEqual([
      { name: 'customer', path: 'customer.id', type: 'string' },
      { name: 'total', path: 'total', type: 'number' },
    ]);
    expect(read('search_attributes: []')).not.toHaveProperty('searchAttributes');
    expect(faultsOf('search_attributes: [{name: a, type: text}, {name: b, pth: x}, {name: a}]')).toEqual([
      'search_attributes[0].type must be one of "string", "number", "boolean", "datetime"',
      'search_attributes[1].pth is not known; did you mean "path"?',
      'search_attributes[2].name "a" is declared twice',
    ]);
    const many = Array.from({ length: 21 }, (_, index) => `{name: a${index}}`).join(', ');
    expect(faultsOf(`search_attributes: [${many}]`)).toEqual(['search_attributes must have at most 20 attributes']);
    expect(faultsOf('search_attributes: customer')).toEqual(['search_attributes must be array']);
  },
  custom_events: () => {
    const events = 'custom_events: [{name: started, description: It began}, {name: shop.ended}, paused]';
    expect(read(events).customEvents).toEqual([
      { name: 'order.started', description: 'It began' },
      { name: 'shop.ended' },
      { name: 'order.paused' },
    ]);
  },
  handler_config: () =>
    expect(read('handler_config: {sla: {seconds: 45}}').handlerConfig).toEqual({ sla: { seconds: 45 } }),
};

const stepKeys: Record<string, () => void> = {
  name: () => expect(stepOf('handler: h')?.name).toBe('b'),
  handler: () => expect(stepOf('handler: charge')?.handler).toBe('charge'),
  handler_class: () => {
    expect(stepOf('handler_class: Order::ChargeHandler')?.handler).toBe('Order::ChargeHandler');
    expect(faultsOf('', 'handler: x, handler_class: y')).toEqual([
      'step_templates[1].handler_class means the same as handler; give one of them',
    ]);
  },
  description: () => expect(stepOf('handler: h, description: Second')?.description).toBe('Second'),
  dependent_system: () => expect(stepOf('handler: h, dependent_system: crm')?.dependentSystem).toBe('crm'),
  depends_on_step: () => expect(stepOf('handler: h, depends_on_step: a')?.dependsOn).toEqual(['a']),
  depends_on_steps: () => {
    expect(stepOf('handler: h, depends_on_steps: [a]')?.dependsOn).toEqual(['a']);
    expect(stepOf('handler: h, depends_on_step: a, depends_on_steps: [a]')?.dependsOn).toEqual(['a']);
    expect(faultsOf('', 'handler: h, depends_on_steps: a')).toEqual([
      'step_templates[1].depends_on_steps must be a list of step names',
    ]);
  },
  when: () => {
    expect(stepOf('handler: h, when: context.total > 5')?.when).toBe('context.total > 5');
    expect(faultsOf('', 'handler: h, when: contxt.total > 5')).toEqual([
      'step_templates[1].when character 1: there is no variable "contxt"; did you mean "context"?',
    ]);
  },
  run_if: () => {
    expect(stepOf('handler: h, run_if: always')?.runIf).toBe('always');
    expect(stepOf('handler: h, run_if: any')?.runIf).toBeUndefined();
  },
  choices: () => {
    expect(stepOf(`handler: h, choices: [c, d]${DEPENDENTS}`)?.choices).toEqual(['c', 'd']);
    expect(faultsOf('', `handler: h, choices: c${DEPENDENTS}`)).toEqual([
      'step_templates[1].choices "d" depends on this step and choices do not name it',
    ]);
  },
  switch: () => {
    const cases = 'switch: [{when: context.fast, steps: c}, {default: [d]}]';
    expect(stepOf(cases + DEPENDENTS)).toMatchObject({
      ...{ handler: '@engine', queue: '@engine' },
      switch: [{ when: 'context.fast', steps: ['c'] }, { steps: ['d'] }],
    });
    expect(faultsOf('', `handler: h, ${cases}${DEPENDENTS}`)).toEqual([
      'step_templates[1].handler has no meaning in a step with "switch"',
    ]);
    expect(faultsOf('', `switch: [{when: context.fast, step: c}, {default: d}]${DEPENDENTS}`)).toEqual([
      'step_templates[1].switch[0].step is not a known key; did you mean "steps"?',
      'step_templates[1].switch[0].steps is required',
      'step_templates[1].switch "c" depends on this step and no case names it',
    ]);
  },
  sleep_ms: () => expect(stepOf('sleep_ms: 500')).toMatchObject({ sleepMs: 500, handler: '@engine' }),
  sleep_until: () => {
    expect(stepOf('sleep_until: context.dueAt')?.sleepUntil).toBe('context.dueAt');
    expect(faultsOf('', 'sleep_until: 1 == 1')).toEqual([
      'step_templates[1].sleep_until character 1: must give a timestamp or a text, and gives true or false',
    ]);
  },
  wait_for: () => {
    const wait = 'wait_for: {signal: paid, correlation: context.id, timeout_ms: 5, on_timeout: skip}';
    expect(stepOf(wait)?.waitFor).toEqual({
      ...{ signal: 'paid', correlation: 'context.id', timeoutMs: 5, onTimeout: 'skip' },
    });
    expect(faultsOf('', 'wait_for: {signal: paid, correlation: string(now)}')).toEqual([
      expect.stringMatching(/^step_templates\[1\]\.wait_for\.correlation character 8: now has no place here/),
    ]);
  },
  approval: () => {
    expect(stepOf('approval: {title: Large order, deadline_ms: 5}')?.approval).toEqual({
      ...{ title: 'Large order', deadlineMs: 5 },
    });
    expect(faultsOf('', 'approval: {title: x}, retry_limit: 2')).toEqual([
      'step_templates[1].retry_limit has no meaning in a step with "approval"',
    ]);
  },
  suspends: () => expect(stepOf('handler: h, suspends: true')?.suspends).toBe(true),
  default_retryable: () => expect(stepOf('handler: h, default_retryable: false')?.retryable).toBe(false),
  retryable: () => {
    expect(stepOf('handler: h, retryable: false')?.retryable).toBe(false);
    expect(faultsOf('', 'handler: h, default_retryable: true, retryable: true')).toEqual([
      'step_templates[1].retryable means the same as default_retryable; give one of them',
    ]);
  },
  default_retry_limit: () => expect(stepOf('handler: h, default_retry_limit: 5')?.retryLimit).toBe(5),
  retry_limit: () => {
    expect(stepOf('handler: h, retry_limit: 5')?.retryLimit).toBe(5);
    expect(faultsOf('', 'handler: h, default_retry_limit: 5, retry_limit: 5')).toHaveLength(1);
  },
  skippable: () => expect(stepOf('handler: h, skippable: true')?.skippable).toBe(true),
  handler_config: () => {
    expect(stepOf('handler: h, handler_config: {timeout_seconds: 5, headers: {A: null}}')).toMatchObject({
      handlerConfig: { timeout_seconds: 5, headers: { A: null } },
      timeoutMs: null,
    });
  },
  custom_events: () => {
    expect(stepOf('handler: h, custom_events: [{name: paid}]')?.customEvents).toEqual([{ name: 'order.paid' }]);
    expect(faultsOf('', 'handler: h, custom_events: [{name: task.paid}, {name: x, descripton: y}]')).toEqual([
      expect.stringMatching(/^step_templates\[1\]\.custom_events\[0\]\.name must be words joined by dots/),
      'step_templates[1].custom_events[1].descripton is not known; did you mean "description"?',
    ]);
  },
  retry: () => {
    const retry = 'retry: {initial_ms: 50, factor: 3, max_ms: 900, jitter: 0, delays_ms: [10, 20]}';
    expect(stepOf(`handler: h, ${retry}`)?.backoff).toEqual({
      initialMs: 50,
      factor: 3,
      maxMs: 900,
      jitter: 0,
      delaysMs: [10, 20],
    });
    expect(faultsOf('', 'handler: h, retry: 3')).toEqual(['step_templates[1].retry must be object']);
    expect(faultsOf('', 'handler: h, retry: {jitter: 2, delays_ms: []}')).toEqual([
      'step_templates[1].retry.delays_ms must have at least one delay',
      'step_templates[1].retry.jitter must be <= 1',
    ]);
  },
  total_timeout_ms: () => {
    expect(stepOf('handler: h, total_timeout_ms: 90000')?.totalTimeoutMs).toBe(90_000);
    expect(faultsOf('', 'handler: h, timeout_ms: 20, start_timeout_ms: 30, total_timeout_ms: 10')).toEqual([
      'step_templates[1].start_timeout_ms must be less than the time for all attempts, 10 ms, which ends before it',
      'step_templates[1].timeout_ms must be less than the time for all attempts, 10 ms, which ends before it',
    ]);
  },
  start_timeout_ms: () => {
    expect(stepOf('handler: h, start_timeout_ms: 90000')?.startTimeoutMs).toBe(90_000);
    expect(faultsOf('', 'handler: h, start_timeout_ms: soon')).toEqual([
      'step_templates[1].start_timeout_ms must be integer',
    ]);
  },
  heartbeat_timeout_ms: () => {
    expect(stepOf('handler: h, heartbeat_timeout_ms: 500')?.heartbeatTimeoutMs).toBe(500);
    expect(faultsOf('', 'handler: h, heartbeat_timeout_ms: 500, timeout_ms: 500')).toEqual([
      'step_templates[1].heartbeat_timeout_ms must be less than the time-out of an attempt, 500 ms, which ends before it',
    ]);
  },
  transactional: () => {
    expect(stepOf('handler: h, transactional: true')?.transactional).toBe(true);
    expect(stepOf('handler: h, transactional: false')).not.toHaveProperty('transactional');
    expect(faultsOf('', 'handler: h, transactional: true, suspends: true')).toEqual([
      'step_templates[1].transactional a step that suspends cannot be transactional',
    ]);
    expect(faultsOf('', 'handler: h, transactional: 1')).toEqual(['step_templates[1].transactional must be boolean']);
  },
  timeout_ms: () => {
    expect(stepOf('handler: h, timeout_ms: 1500')?.timeoutMs).toBe(1500);
    expect(faultsOf('', 'handler: h, timeout_ms: 0')).toEqual(['step_templates[1].timeout_ms must be >= 1']);
  },
  queue: () => expect(stepOf('handler: h, queue: slow')?.queue).toBe('slow'),
  on_worker_loss: () => {
    expect(stepOf('handler: h, on_worker_loss: fail')?.onWorkerLoss).toBe('fail');
    expect(faultsOf('', 'handler: h, on_worker_loss: ignore')).toEqual([
      'step_templates[1].on_worker_loss must be one of "retry", "fail"',
    ]);
  },
  input_schema: () => {
    expect(stepOf('handler: h, input_schema: {required: [a]}')?.inputSchema).toEqual({ required: ['a'] });
    expect(faultsOf('', 'handler: h, input_schema: {type: objekt}')).toEqual([
      expect.stringMatching(/^step_templates\[1\]\.input_schema\.type must be one of/),
    ]);
  },
  result_schema: () => {
    expect(stepOf('handler: h, result_schema: {type: string}')?.resultSchema).toEqual({ type: 'string' });
  },
};

describe('faults of renamed keys', () => {
  it.each(['namespace_name: 5', 'module_namespace: 5', 'task_handler_class: 5'])(
    'are where they are written: %s',
    (line) => {
      expect(faultsOf(line)).toEqual([`${line.split(':')[0] ?? ''} must be string`]);
    },
  );
});

describe('every key of a template file has its effect', () => {
  it('and every known key has a test here', () => {
    expect(Object.keys(templateKeys).sort()).toEqual([...TEMPLATE_KEYS].sort());
    expect(Object.keys(stepKeys).sort()).toEqual([...STEP_KEYS].sort());
  });

  describe('template', () => {
    it.each(Object.keys(templateKeys))('%s', (key) => {
      expect.hasAssertions();
      templateKeys[key]?.();
    });
  });

  describe('step', () => {
    it.each(Object.keys(stepKeys))('%s', (key) => {
      expect.hasAssertions();
      stepKeys[key]?.();
    });
  });
});
