/** What a new template is made of. */
export interface TemplateParts {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Names of the steps; each depends on the one before it. */
  readonly steps: readonly string[];
}

export function templateFile({ namespace, name, version, description, steps }: TemplateParts): string {
  const nodes = steps.map((step, index) => {
    const parent = steps[index - 1];
    return `  - name: ${step}\n    handler: ${step}\n${parent === undefined ? '' : `    depends_on_step: ${parent}\n`}`;
  });
  return `# Check it with: npx -p @tasker/cli tasker template lint tasks
namespace_name: ${namespace}
name: ${name}
version: ${version}
${description === '' ? '' : `description: ${JSON.stringify(description)}\n`}schema:
  type: object
step_templates:
${nodes.join('')}`;
}

export const templateSpec = ({ namespace, name, steps }: TemplateParts, path: string): string =>
  `import { readFileSync } from 'node:fs';
import { parseTemplateYaml } from '@tasker/nestjs';

describe('template ${namespace}.${name}', () => {
  const source = '${path}';
  const [template] = parseTemplateYaml(readFileSync(source, 'utf8'), { source });

  it('has its steps, in order', () => {
    expect(template?.steps.map((step) => step.name)).toEqual([${steps.map((step) => `'${step}'`).join(', ')}]);
  });
});
`;
