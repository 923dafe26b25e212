import { checkDefinition } from '../../schema/with-ajv';
import { normaliseTemplate, type StepTemplateInput, type TaskTemplateInput } from './step-defaults';

/** Faults of a template with one step, some of whose fields are wrong on purpose. */
function faultsOf(template: object, step: object = {}, more: object[] = []): string[] {
  const steps = [{ name: 'a', handler: 'h', ...step }, ...more];
  const input = { name: 'order', steps, ...template } as unknown as TaskTemplateInput;
  return checkDefinition(normaliseTemplate(input)).map(({ path, message }) => `${path} ${message}`);
}

const NAME_RULE = 'must have only letters, digits, _ - . and not start with - or .';
const JSON_RULE = 'must be JSON data, not a function';

describe('checkDefinition', () => {
  it('finds nothing in a sound definition that uses every field', () => {
    const schema = { type: 'object' };
    const step: StepTemplateInput = {
      name: 'step-two.b_3',
      handler: 'Order::Handlers::Charge_2',
      description: 'é',
      dependsOn: 'a',
      dependentSystem: 'x'.repeat(64),
      retryable: false,
      retryLimit: 32_767,
      backoff: { delaysMs: [0, 1.5], initialMs: 0, factor: 1, maxMs: 2_147_483_647, jitter: 1 },
      timeoutMs: 2_147_483_647,
      skippable: true,
      queue: 'slow',
      onWorkerLoss: 'fail',
      handlerConfig: { any: [null] },
      customEvents: ['paid', { name: 'shop.paid', description: '' }],
      inputSchema: schema,
      resultSchema: schema,
    };
    const template = {
      namespace: 'shop',
      name: 'folder/order_2',
      version: '10.0.123',
      description: '',
      contextSchema: schema,
      defaultDependentSystem: 'erp',
      searchAttributes: [{ name: 'a.b_-1', path: 'ä.0. x', type: 'datetime' as const }, { name: 'c' }],
      customEvents: ['started'],
      handlerConfig: { a: 1 },
      origin: { moduleNamespace: 'Shop', taskHandlerClass: 'Order' },
    };
    expect(faultsOf(template, {}, [step])).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['no name', { name: undefined }, 'name is required'],
    [
      'an empty name',
      { name: '' },
      `name must have only letters, digits, _ - . and / between words, and not start with - or .`,
    ],
    ['a long name', { name: 'n'.repeat(65) }, 'name must NOT have more than 64 characters'],
    ['a name with a space', { name: 'my order' }, expect.stringMatching(/^name must have only letters/) as string],
    ['a namespace with a slash', { namespace: 'a/b' }, `namespace ${NAME_RULE}`],
    ['a long namespace', { namespace: 'n'.repeat(65) }, 'namespace must NOT have more than 64 characters'],
    ['a version of two parts', { version: '1.0' }, 'version must be three integers joined by dots, such as 1.0.0'],
    [
      'a version with leading zeros',
      { version: '1.01.0' },
      'version must be three integers joined by dots, such as 1.0.0',
    ],
    [
      'a version with a suffix',
      { version: '1.0.0-rc' },
      'version must be three integers joined by dots, such as 1.0.0',
    ],
    ['a long version', { version: '1.0.1234567890123' }, 'version must NOT have more than 16 characters'],
    [
      'a long dependent system',
      { defaultDependentSystem: 'x'.repeat(65) },
      'defaultDependentSystem must NOT have more than 64 characters',
    ],
    ['no steps', { steps: undefined }, 'steps is required'],
    ['an empty list of steps', { steps: [] }, 'steps must have at least one step'],
    ['steps that are no list', { steps: 'a' }, 'steps must be array'],
    ['an unknown field', { steeps: [] }, 'steeps is not known; did you mean "steps"?'],
    ['an unknown field of the origin', { origin: { module: 'x' } }, 'origin.module is not known'],
    [
      'a reserved event',
      { customEvents: ['task.done'] },
      expect.stringMatching(/^customEvents\[0\]\.name must be words joined by dots/) as string,
    ],
    [
      'an event with a space',
      { customEvents: ['a b'] },
      expect.stringMatching(/^customEvents\[0\]\.name must be words/) as string,
    ],
    [
      'an event declared twice',
      { customEvents: ['x', { name: 'order.x' }] },
      'customEvents[1].name "order.x" is declared twice',
    ],
    [
      'an invalid context schema',
      { contextSchema: { type: 'x' } },
      expect.stringMatching(/^contextSchema\.type must be one of/) as string,
    ],
    ['a schema that is none', { contextSchema: [] }, 'contextSchema must be object'],
    ['configuration that is not JSON', { handlerConfig: { f: () => 1 } }, `handlerConfig.f ${JSON_RULE}`],
    ['text the database cannot hold', { description: 'a\u0000' }, 'description must not contain NUL characters'],
  ])('of a template refuses %s', (_, template, fault) => {
    expect(faultsOf(template)).toContainEqual(fault);
  });

  it.each<[string, object, string]>([
    ['no name', { name: undefined }, 'steps[0].name is required'],
    ['a name that starts with a dot', { name: '..' }, `steps[0].name ${NAME_RULE}`],
    ['a long name', { name: 'n'.repeat(129) }, 'steps[0].name must NOT have more than 128 characters'],
    ['no handler', { handler: undefined }, 'steps[0].handler is required'],
    [
      'an anonymous handler class',
      { handler: '' },
      expect.stringMatching(/^steps\[0\]\.handler must have only letters/) as string,
    ],
    [
      'an unknown parent',
      { dependsOn: ['charg'] },
      'steps[0].dependsOn[0] there is no step "charg"; did you mean "charge"?',
    ],
    ['itself as a parent', { dependsOn: ['a'] }, 'steps[0].dependsOn[0] "a" depends on itself'],
    ['a parent listed twice', { dependsOn: ['charge', 'charge'] }, 'steps[0].dependsOn[1] "charge" is listed twice'],
    ['a parent that is no text', { dependsOn: [5] }, 'steps[0].dependsOn[0] must be string'],
    [
      'a long dependent system',
      { dependentSystem: 'x'.repeat(65) },
      'steps[0].dependentSystem must NOT have more than 64 characters',
    ],
    ['retryable as text', { retryable: 'yes' }, 'steps[0].retryable must be boolean'],
    ['no attempts', { retryLimit: 0 }, 'steps[0].retryLimit must be >= 1'],
    ['half an attempt', { retryLimit: 1.5 }, 'steps[0].retryLimit must be integer'],
    ['more attempts than can be counted', { retryLimit: 32_768 }, 'steps[0].retryLimit must be <= 32767'],
    ['no time', { timeoutMs: 0 }, 'steps[0].timeoutMs must be >= 1'],
    ['more time than a timer can wait', { timeoutMs: 2 ** 31 }, 'steps[0].timeoutMs must be <= 2147483647'],
    ['skippable as a number', { skippable: 1 }, 'steps[0].skippable must be boolean'],
    ['an empty queue', { queue: '' }, `steps[0].queue ${NAME_RULE}`],
    ['another worker loss', { onWorkerLoss: 'wait' }, 'steps[0].onWorkerLoss must be one of "retry", "fail"'],
    ['a negative delay', { backoff: { initialMs: -1 } }, 'steps[0].backoff.initialMs must be >= 0'],
    ['a shrinking factor', { backoff: { factor: 0.5 } }, 'steps[0].backoff.factor must be >= 1'],
    ['a delay that is no number', { backoff: { maxMs: NaN } }, 'steps[0].backoff.maxMs must not be NaN'],
    ['a jitter above one', { backoff: { jitter: 1.1 } }, 'steps[0].backoff.jitter must be <= 1'],
    [
      'an empty list of delays',
      { backoff: { delaysMs: [] } },
      'steps[0].backoff.delaysMs must have at least one delay',
    ],
    [
      'an unknown field of the backoff',
      { backoff: { max: 1 } },
      'steps[0].backoff.max is not known; did you mean "maxMs"?',
    ],
    [
      'an invalid input schema',
      { inputSchema: { requird: [] } },
      expect.stringMatching(/^steps\[0\]\.inputSchema .*"requird"/) as string,
    ],
    [
      'an invalid result schema',
      { resultSchema: { type: 5 } },
      expect.stringMatching(/^steps\[0\]\.resultSchema\.type /) as string,
    ],
    ['an unknown field', { timeout: 5 }, 'steps[0].timeout is not known; did you mean "timeoutMs"?'],
    ['an event without a name', { customEvents: [{}] }, 'steps[0].customEvents[0].name is required'],
  ])('of a step refuses %s', (_, step, fault) => {
    expect(faultsOf({}, step, [{ name: 'charge', handler: 'h' }])).toContainEqual(fault);
  });

  it('names duplicate steps and cycles', () => {
    const more = [
      { name: 'b', handler: 'h', dependsOn: ['c'] },
      { name: 'c', handler: 'h', dependsOn: ['a'] },
      { name: 'a', handler: 'h' },
    ];
    expect(faultsOf({}, { dependsOn: 'b' }, more)).toEqual([
      'steps[3].name "a" is also the name of steps[0]',
      'steps[0].dependsOn cycle: a → c → b → a',
    ]);
  });

  it('cuts a long cycle short', () => {
    const steps = Array.from({ length: 100 }, (_, i) => ({
      name: `s${i}`,
      handler: 'h',
      dependsOn: [`s${(i + 99) % 100}`],
    }));
    expect(faultsOf({ steps })).toEqual([expect.stringMatching(/cycle: s0 → s1 → .* → s11 → … → s0$/)]);
  });

  it('tells a cycle without the way to it, and twelve names of one in full', () => {
    const chain = (n: number, first: string) =>
      Array.from({ length: n }, (_, i) => ({
        name: `s${i}`,
        handler: 'h',
        dependsOn: [i === 0 ? first : `s${i - 1}`],
      }));
    const before = { name: 'before', handler: 'h', dependsOn: ['s11'] };
    expect(faultsOf({ steps: [before, ...chain(12, 's11')] })).toEqual([
      `steps[1].dependsOn cycle: ${Array.from({ length: 12 }, (_, i) => `s${i} → `).join('')}s0`,
    ]);
  });

  it('tells twenty cycles at most', () => {
    const pairs = Array.from({ length: 21 }, (_, i) => [
      { name: `a${i}`, handler: 'h', dependsOn: [`b${i}`] },
      { name: `b${i}`, handler: 'h', dependsOn: [`a${i}`] },
    ]);
    expect(faultsOf({ steps: pairs.flat() })).toHaveLength(20);
  });

  it('names a step by the first of its name, and looks at events of any shape', () => {
    const more = [
      { name: 'a', handler: 'h' },
      { name: 'a', handler: 'h' },
    ];
    expect(faultsOf({}, {}, more)).toEqual([
      'steps[1].name "a" is also the name of steps[0]',
      'steps[2].name "a" is also the name of steps[0]',
    ]);
    expect(faultsOf({}, { customEvents: [null, 7, 7] }).filter((fault) => fault.includes('declared twice'))).toEqual(
      [],
    );
  });

  it('takes any input for what it is', () => {
    for (const input of [null, 5, 'text', []]) {
      expect(checkDefinition(normaliseTemplate(input as never))).toEqual([{ path: '', message: 'must be object' }]);
    }
    const steps = [null, 5, [], { name: 5, dependsOn: {}, customEvents: 7 }];
    expect(faultsOf({ steps, customEvents: {}, concurrent: false })).toEqual([
      'customEvents must be array',
      'steps[0] must be object',
      'steps[1] must be object',
      'steps[2] must be object',
      'steps[3].handler is required',
      'steps[3].name must be string',
      'steps[3].dependsOn must be array',
      'steps[3].customEvents must be array',
    ]);
  });

  it('refuses 20,001 steps and takes 20,000 steps', () => {
    const steps = Array.from({ length: 20_001 }, (_, i) => ({ name: `s${i}`, handler: 'h' }));
    expect(faultsOf({ steps })).toEqual(['steps must have at most 20000 steps']);
    const join = { name: 'join', handler: 'h', dependsOn: steps.slice(0, 19_999).map(({ name }) => name) };
    expect(faultsOf({ steps: [...steps.slice(0, 19_999), join] })).toEqual([]);
  });
});
