import { isTaskerError, type Fault } from '../../../errors/tasker-error';
import { parseTemplateYaml } from '../../../schema/with-ajv';
import type { ParseTemplateOptions } from './parse-template-yaml';

const OPTIONS: ParseTemplateOptions = { source: 'order.yaml' };

const parse = (text: string, options: Partial<ParseTemplateOptions> = {}) =>
  parseTemplateYaml(text, { ...OPTIONS, ...options });

const parseOne = (text: string, options: Partial<ParseTemplateOptions> = {}) => {
  const [definition] = parse(text, options);
  if (!definition) throw new Error('no definition');
  return definition;
};

function faultsOf(text: string, options: Partial<ParseTemplateOptions> = {}): readonly Fault[] {
  try {
    parse(text, options);
  } catch (error) {
    if (isTaskerError(error) && error.code === 'TSK_TEMPLATE_INVALID') return error.details;
    throw error;
  }
  return [];
}

const MINIMAL = `
name: order
step_templates:
  - name: charge
    handler: charge_card
`;

describe('parseTemplateYaml', () => {
  it('fills in every default', () => {
    expect(parse(MINIMAL)).toEqual([
      {
        namespace: 'default',
        name: 'order',
        version: '0.1.0',
        customEvents: [],
        handlerConfig: {},
        steps: [
          {
            name: 'charge',
            handler: 'charge_card',
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
          },
        ],
      },
    ]);
  });

  it('reads one template per document and passes over empty documents', () => {
    const text = `---${MINIMAL}---\n---${MINIMAL.replace('order', 'refund')}---\n`;
    expect(parse(text).map(({ name }) => name)).toEqual(['order', 'refund']);
  });

  it('takes a key without a value as absent', () => {
    const text = 'name: order\nversion:\nstep_templates:\n  - {name: a, handler: h, depends_on_step:, retry: }';
    expect(parseOne(text)).toMatchObject({ version: '0.1.0', steps: [{ dependsOn: [], backoff: {} }] });
  });

  it('resolves anchors, aliases and merge keys', () => {
    const text = `
name: order
step_templates:
  - &first {name: a, handler: h, default_retry_limit: 7}
  - {<<: *first, name: b}
`;
    expect(parseOne(text).steps.map(({ name, retryLimit }) => [name, retryLimit])).toEqual([
      ['a', 7],
      ['b', 7],
    ]);
  });

  it('maps class names to handlers, under either key', () => {
    const text = `
name: order
step_templates:
  - {name: a, handler_class: 'Order::ChargeHandler'}
  - {name: b, handler: 'Order::ChargeHandler'}
  - {name: c, handler: toString}
`;
    const { steps } = parseOne(text, { handlers: { 'Order::ChargeHandler': 'charge' } });
    expect(steps.map(({ handler }) => handler)).toEqual(['charge', 'charge', 'toString']);
  });

  it('reads 10,000 steps', () => {
    const steps = Array.from(
      { length: 10_000 },
      (_, i) => `  - {name: s${i}, handler: h${i > 0 ? `, depends_on_step: s${i - 1}` : ''}}`,
    );
    expect(parseOne(`name: big\nstep_templates:\n${steps.join('\n')}`).steps).toHaveLength(10_000);
  });
});

describe('faults of a template file', () => {
  it('are told all at once, in the order of the lines, with path, file and line', () => {
    const text = `name: order
versoin: 1.0.0
version: 1.0
concurrent: maybe
schema: {typ: object}
step_templates:
  - name: a
    handler_clas: A
    depends_on_step: c
  - name: b
    handler: B
    depends_on_steps: [a, bb, b]
    default_retry_limit: 0
    timeout_ms: soon
    retry: {inital_ms: 5, factor: 0}
  - name: c
    handler: C
    depends_on_step: b
  - name: b
    handler: B
  - just text
`;
    expect(faultsOf(text)).toEqual([
      { path: 'versoin', message: 'is not a known key; did you mean "version"? (order.yaml:2)' },
      { path: 'version', message: 'must be string (order.yaml:3)' },
      { path: 'concurrent', message: 'must be true or false (order.yaml:4)' },
      { path: 'schema', message: expect.stringMatching(/unknown keyword: "typ" \(order\.yaml:5\)$/) },
      { path: 'step_templates[0].handler', message: 'is required (order.yaml:7)' },
      {
        path: 'step_templates[0].handler_clas',
        message: 'is not a known key; did you mean "handler_class"? (order.yaml:8)',
      },
      { path: 'step_templates[0].depends_on_step', message: 'cycle: a → b → c → a (order.yaml:9)' },
      { path: 'step_templates[1].depends_on_steps[1]', message: 'there is no step "bb" (order.yaml:12)' },
      { path: 'step_templates[1].depends_on_steps[2]', message: '"b" depends on itself (order.yaml:12)' },
      { path: 'step_templates[1].default_retry_limit', message: 'must be >= 1 (order.yaml:13)' },
      { path: 'step_templates[1].timeout_ms', message: 'must be integer or null (order.yaml:14)' },
      {
        path: 'step_templates[1].retry.inital_ms',
        message: 'is not a known key; did you mean "initial_ms"? (order.yaml:15)',
      },
      { path: 'step_templates[1].retry.factor', message: 'must be >= 1 (order.yaml:15)' },
      { path: 'step_templates[3].name', message: '"b" is also the name of steps[1] (order.yaml:19)' },
      { path: 'step_templates[4]', message: 'must be object (order.yaml:21)' },
    ]);
  });

  it('of all documents come together', () => {
    expect(faultsOf(`name: 1\n---\nname: x\nstep_templates: []`)).toEqual([
      { path: 'step_templates', message: 'is required (order.yaml:1)' },
      { path: 'name', message: 'must be string (order.yaml:1)' },
      { path: 'step_templates', message: 'must have at least one step (order.yaml:4)' },
    ]);
  });

  it.each([
    ['an empty file', '', '', 'the file holds no template (order.yaml:1)'],
    ['a file of comments', '# nothing\n', '', 'the file holds no template (order.yaml:1)'],
    ['a list', '- name: order', '', 'must be a mapping with the keys of a template (order.yaml:1)'],
    ['broken YAML', 'name: order\nstep_templates: [', '', expect.stringMatching(/\(order\.yaml:2\)$/)],
    ['a key given twice', 'name: a\nname: b', '', 'Map keys must be unique (order.yaml:2)'],
    ['an unknown tag', 'name: !ruby/object:Name a', '', expect.stringMatching(/^Unresolved tag: .*\(order\.yaml:1\)$/)],
    ['an alias to nowhere', 'name: *none', '', expect.stringMatching(/^Unresolved alias .*\(order\.yaml:1\)$/)],
    ['steps that are a mapping', 'name: a\nstep_templates: {a: 1}', 'step_templates', 'must be array (order.yaml:2)'],
  ])('%s', (_, text, path, message) => {
    expect(faultsOf(text)).toContainEqual({ path, message });
  });

  it('aliases that multiply beyond reason', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(faultsOf(bomb.join('\n'))).toEqual([{ path: '', message: expect.stringMatching(/^Excessive alias count/) }]);
  });
});
