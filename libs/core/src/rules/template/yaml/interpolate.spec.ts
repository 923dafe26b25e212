import { isTaskerError } from '../../../errors/tasker-error';
import { parseTemplateYaml } from '../../../schema/with-ajv';
import { escapeReferences } from './interpolate';

const template = (config: string): string => `
name: order
handler_config:
  value: ${config}
step_templates:
  - {name: a, handler: h}
`;

const valueOf = (config: string, env: Record<string, string | undefined> = {}): unknown =>
  parseTemplateYaml(template(config), { source: 'x.yaml', env })[0]?.handlerConfig['value'];

function faultsOf(text: string, options: { env?: Record<string, string>; environment?: string } = {}): string[] {
  try {
    parseTemplateYaml(text, { source: 'x.yaml', ...options });
  } catch (error) {
    if (isTaskerError(error)) return error.details.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('interpolation', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('knows no variable %s', (name) => {
    expect(faultsOf(template(`\${${name}}`), { env: {} })).toEqual([
      expect.stringContaining(`the variable ${name} is not set and has no default`),
    ]);
    expect(valueOf(`\${${name}:-x}`)).toBe('x');
  });

  it.each<[string, string, Record<string, string>, unknown]>([
    ['a variable', '${HOST}', { HOST: 'example.com' }, 'example.com'],
    ['a variable inside text', 'http://${HOST}:${PORT}/x', { HOST: 'h', PORT: '80' }, 'http://h:80/x'],
    ['the default of a variable that is not set', '${HOST:-localhost}', {}, 'localhost'],
    ['the default of an empty variable, as a shell does', '${HOST:-localhost}', { HOST: '' }, 'localhost'],
    ['no default where a value is', '${HOST:-localhost}', { HOST: 'h' }, 'h'],
    ['an empty default', 'a${X:-}b', {}, 'ab'],
    ['an empty value without a default', '${X}', { X: '' }, ''],
    ['a default with special characters', '"${X:-a: b # c}"', {}, 'a: b # c'],
    ['numbers', '${LIMIT:-5}', {}, 5],
    ['decimals', '${RATE}', { RATE: '0.25' }, 0.25],
    ['booleans', '${ON}', { ON: 'true' }, true],
    ['null', '${X:-null}', {}, null],
    ['no type within quotes', '"${LIMIT:-5}"', {}, '5'],
    ['no type inside longer text', '${A}${B}', { A: '1', B: '2' }, '12'],
    ['no list', '${X}', { X: '[1, 2]' }, '[1, 2]'],
    ['no mapping', '${X}', { X: 'a: b' }, 'a: b'],
    ['no comment', '${X}', { X: '# a' }, '# a'],
    ['no alias', '${X}', { X: '*a' }, '*a'],
    ['no quotes', '${X}', { X: '"5"' }, '"5"'],
    ['nothing inside a value', '${X}', { X: '${Y}' }, '${Y}'],
    ['an escaped reference', '$${HOST}', { HOST: 'h' }, '${HOST}'],
    ['an escaped reference after a dollar', '$$${HOST}', { HOST: 'h' }, '$${HOST}'],
    ['a lone dollar', '$HOST costs 5$', { HOST: 'h' }, '$HOST costs 5$'],
  ])('%s', (_, config, env, expected) => {
    expect(valueOf(config, env)).toEqual(expected);
  });

  it('works in lists, block texts and nested mappings, once per anchor', () => {
    expect(valueOf('\n    - &x {a: "${A}!"}\n    - *x\n    - |-\n      ${A}', { A: '${B}' })).toEqual([
      { a: '${B}!' },
      { a: '${B}!' },
      '${B}',
    ]);
  });

  it('reports every reference without a value, and what is no reference', () => {
    const text = `
name: order
description: \${NONE} and \${NEITHER}
handler_config: {"\${KEY}": ["\${NO WAY}"]}
step_templates:
  - {name: a, handler: h, dependent_system: "\${NONE}"}
`;
    expect(faultsOf(text)).toEqual([
      'description: the variable NONE is not set and has no default (x.yaml:3)',
      'handler_config["${KEY}"][0]: ${NO WAY} is not a variable; write $${NO WAY} for the text itself (x.yaml:4)',
      'step_templates[0].dependent_system: the variable NONE is not set and has no default (x.yaml:6)',
    ]);
  });

  it('asks only for the variables of the environment that applies', () => {
    const text = `${template('1')}environments:
  production: {handler_config: {value: "\${PRODUCTION_KEY}"}}
  test: {handler_config: {value: "\${TEST_KEY}"}}
`;
    expect(faultsOf(text)).toEqual([]);
    expect(faultsOf(text, { environment: 'test' })).toEqual([
      'environments.test.handler_config.value: the variable TEST_KEY is not set and has no default (x.yaml:9)',
    ]);
    const [read] = parseTemplateYaml(text, { source: 'x', environment: 'test', env: { TEST_KEY: 'k' } });
    expect(read?.handlerConfig).toEqual({ value: 'k' });
  });

  it('gives back what was escaped', () => {
    for (const text of ['${A}', '$${A}', '$$${A}', '${', '$', 'x$${${}']) {
      expect(valueOf(JSON.stringify(escapeReferences(text)), { A: 'no' })).toBe(text);
    }
  });
});
