import { checkDefinition } from '../../../schema/with-ajv';
import type { TaskTemplateDefinition } from '../definition';
import { parseTemplateYaml } from '../../../schema/with-ajv';
import { normaliseTemplate, type StepTemplateInput } from '../step-defaults';
import { templateToYaml } from './to-yaml';

const reread = (definition: TaskTemplateDefinition): TaskTemplateDefinition[] =>
  parseTemplateYaml(templateToYaml(definition), {
    source: 'copy.yaml',
    environment: 'production',
    env: { A: 'wrong' },
  });

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Texts that YAML, interpolation or JavaScript might take for something else. */
const TEXTS = ['', ' ', 'yes', 'null', '~', '5', '0x1F', '1e3', '1.0.0', '# no', 'a: b', '- a', '<<', '*a', '&a', '!t'];
TEXTS.push(
  '${A}',
  '$${A}',
  '${A',
  '${A:-1}',
  'two\nlines\n',
  '  lead',
  'trail ',
  '"',
  "'",
  '|',
  '>',
  '@',
  '`',
  '%',
  '[',
  '{',
);
TEXTS.push(
  'é😀',
  '---',
  '...',
  '\t',
  '\u0007',
  '\u2028',
  '__proto__',
  'constructor',
  '2026-01-01',
  ':',
  '?',
  'x'.repeat(300),
);

class RandomTemplate {
  constructor(private readonly random: () => number) {}

  make(): TaskTemplateDefinition {
    const size = 1 + this.below(12);
    const steps = Array.from({ length: size }, (_, i) => this.step(i));
    return normaliseTemplate({
      name: 'random',
      version: `${this.below(20)}.${this.below(20)}.0`,
      concurrent: this.maybe(true, false),
      description: this.maybe(this.text()),
      contextSchema: this.maybe({ type: 'object', description: this.text() }),
      defaultDependentSystem: this.maybe('erp'),
      searchAttributes: this.maybe([{ name: 'yes' }, { name: '5', path: 'a.0.null', type: 'datetime' as const }]),
      handlerConfig: this.object(2),
      customEvents: this.maybe(['started', { name: 'a.b', description: this.text() }]),
      origin: this.maybe({ moduleNamespace: this.text() }),
      steps,
    });
  }

  private step(i: number): StepTemplateInput {
    const parents = Array.from({ length: this.below(4) }, () => `s${this.below(Math.max(i, 1))}`);
    return {
      name: `s${i}`,
      handler: 'h',
      dependsOn: i === 0 ? [] : [...new Set(parents)],
      description: this.maybe(this.text()),
      dependentSystem: this.maybe('crm'),
      retryable: this.maybe(false),
      retryLimit: this.maybe(1 + this.below(9)),
      backoff: this.maybe({ initialMs: this.below(100), jitter: this.random() }, { delaysMs: [this.below(9)] }),
      timeoutMs: this.maybe(1 + this.below(1e6)),
      skippable: this.maybe(true),
      queue: this.maybe('slow'),
      onWorkerLoss: this.maybe('fail'),
      handlerConfig: this.object(3),
      customEvents: this.maybe(['paid']),
      inputSchema: this.maybe({ properties: { a: { const: this.text() } } }),
      resultSchema: this.maybe({ enum: [this.text(), null, 5] }),
    };
  }

  private object(depth: number): Record<string, unknown> {
    const value = (): unknown => {
      const kind = this.below(depth > 0 ? 8 : 5);
      const plain = [this.text(), this.below(1e9), this.random() * 1e-9, this.random() < 0.5, null];
      return kind < 5 ? plain[kind] : kind === 5 ? [this.text(), this.text()] : this.object(depth - 1);
    };
    return Object.fromEntries(Array.from({ length: this.below(4) }, () => [this.text(), value()]));
  }

  private text(): string {
    return TEXTS[this.below(TEXTS.length)] ?? '';
  }

  private maybe<T>(...values: T[]): T | undefined {
    return values[this.below(values.length + 1)];
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

describe('templateToYaml', () => {
  it('writes preferred keys and leaves out defaults', () => {
    const definition = normaliseTemplate({
      name: 'order',
      defaultDependentSystem: 'erp',
      origin: { taskHandlerClass: 'Order', configuration: { mode: 'fast' }, monitoring: true, retryStrategies: [1] },
      searchAttributes: [{ name: 'total', type: 'number' }],
      steps: [
        { name: 'a', handler: 'h' },
        { name: 'b', handler: 'h', dependsOn: 'a', retryLimit: 5, backoff: { maxMs: 9 }, dependentSystem: 'crm' },
        { name: 'c', handler: 'h', dependsOn: ['a', 'b'], retryable: false, handlerConfig: { url: 'x/${ID}' } },
      ],
    });
    expect(templateToYaml(definition)).toBe(`name: order
namespace_name: default
version: 0.1.0
default_dependent_system: erp
search_attributes:
  - path: total
    type: number
    name: total
task_handler_class: Order
configuration:
  mode: fast
monitoring: true
retry_strategies:
  - 1
step_templates:
  - name: a
    handler: h
  - name: b
    handler: h
    dependent_system: crm
    default_retry_limit: 5
    depends_on_step: a
    retry:
      max_ms: 9
  - name: c
    handler: h
    default_retryable: false
    handler_config:
      url: x/$\${ID}
    depends_on_steps:
      - a
      - b
`);
    expect(reread(definition)).toEqual([definition]);
  });

  it('writes random templates so that they read back equal', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
    const random = new RandomTemplate(generator(seed));
    for (let round = 0; round < 40; round++) {
      const definition = random.make();
      const where = `SEED=${seed}, round ${round}`;
      expect([where, checkDefinition(definition)]).toEqual([where, []]);
      expect([where, reread(definition)]).toEqual([where, [definition]]);
    }
  });
});
