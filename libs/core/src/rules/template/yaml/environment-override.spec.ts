import { isTaskerError } from '../../../errors/tasker-error';
import { parseTemplateYaml } from '../../../schema/with-ajv';

const TEXT = `
name: order
description: base
default_dependent_system: erp
handler_config: {a: {x: 1, y: 2}, b: [1, 2]}
step_templates:
  - name: a
    handler_class: A
    handler_config: {url: base, retries: {count: 1, wait: 2}}
  - name: b
    handler: B
    depends_on_steps: [a]
environments:
  test:
    description: for tests
    handler_config: {a: {y: 3}, b: [9]}
    step_templates:
      - {name: b, default_retry_limit: 0}
      - {name: a, handler: A2, handler_config: {retries: {count: 5}}}
  staging:
`;

const read = (environment?: string, text = TEXT.replace('limit: 0', 'limit: 1')) =>
  parseTemplateYaml(text, { source: 'e.yaml', environment })[0];

function faultsOf(text: string, environment?: string): string[] {
  try {
    read(environment, text);
  } catch (error) {
    if (isTaskerError(error)) return error.details.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('environments', () => {
  it('change nothing when none applies, and are not part of the definition', () => {
    expect(read()).toEqual(read('elsewhere'));
    expect(read()).toEqual(read('staging'));
    expect(read()).toMatchObject({ description: 'base', handlerConfig: { a: { x: 1, y: 2 }, b: [1, 2] } });
    expect(read()).not.toHaveProperty('environments');
  });

  it('merge mappings key by key, steps by name, and replace everything else', () => {
    const definition = read('test');
    expect(definition).toMatchObject({ description: 'for tests', handlerConfig: { a: { x: 1, y: 3 }, b: [9] } });
    expect(definition?.steps).toMatchObject([
      { name: 'a', handler: 'A2', handlerConfig: { url: 'base', retries: { count: 5, wait: 2 } } },
      { name: 'b', handler: 'B', retryLimit: 1, dependsOn: ['a'] },
    ]);
  });

  it('are where a fault is placed that they cause', () => {
    expect(faultsOf(TEXT, 'test')).toEqual([
      'environments.test.step_templates[0].default_retry_limit: must be >= 1 (e.yaml:18)',
    ]);
  });

  it('may not add steps or use unknown keys, whether they apply or not', () => {
    const text = `${TEXT.replace('limit: 0', 'limit: 1')}  production:
    environments: {}
    versionn: 1.0.0
    step_templates:
      - {name: c, handler: C}
      - {name: a, retryabel: false}
      - {handler: X}
      - 5
  broken: 7
`;
    const expected = [
      'environments.production.environments: is not a known key (e.yaml:22)',
      'environments.production.versionn: is not a known key; did you mean "version"? (e.yaml:23)',
      'environments.production.step_templates[0].name: the template has no step "c"; environments change steps, they add none (e.yaml:25)',
      'environments.production.step_templates[1].retryabel: is not a known key; did you mean "retryable"? (e.yaml:26)',
      'environments.production.step_templates[2].name: must name a step (e.yaml:27)',
      'environments.production.step_templates[3]: must be a mapping (e.yaml:28)',
      'environments.broken: must be a mapping (e.yaml:29)',
    ];
    expect(faultsOf(text)).toEqual(expected);
    expect(faultsOf(text, 'production')).toEqual(expected);
    expect(
      faultsOf('name: a\nenvironments: {t: {step_templates: 5}}\nstep_templates: [{name: a, handler: h}]'),
    ).toEqual(['environments.t.step_templates: must be a list of steps (e.yaml:2)']);
    expect(faultsOf('name: a\nenvironments:\nstep_templates: [{name: a, handler: h}]')).toEqual([]);
    expect(faultsOf('name: a\nenvironments: {t: {step_templates: }}\nstep_templates: [{name: a, handler: h}]')).toEqual(
      [],
    );
    expect(faultsOf('name: a\nenvironments: 3\nstep_templates: [{name: a, handler: h}]')).toEqual([
      'environments: must be a mapping by environment (e.yaml:2)',
    ]);
  });
});
