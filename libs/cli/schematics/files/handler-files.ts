/** A step handler: one class, marked with the name templates use. */
export const handlerFile = (name: string, className: string): string =>
  `import { StepHandler, type StepContext } from '@tasker/nestjs';

export interface ${className}Context {
  [field: string]: unknown;
}

export interface ${className}Result {
  done: boolean;
}

/** Runs the steps whose handler is \`${name}\`. It may run more than once: hand \`step.idempotencyKey\` to other systems. */
@StepHandler('${name}')
export class ${className} implements StepHandler<${className}Context, ${className}Result> {
  process(step: StepContext<${className}Context>): Promise<${className}Result> {
    step.logger.log(\`attempt \${step.attempt} of \${step.name}\`);
    return Promise.resolve({ done: true });
  }
}
`;

export const handlerSpec = (className: string, file: string): string =>
  `import type { StepContext } from '@tasker/nestjs';
import { ${className}, type ${className}Context } from './${file}';

describe('${className}', () => {
  it('does its work', async () => {
    const logger = { debug: () => undefined, log: () => undefined, warn: () => undefined, error: () => undefined };
    const step = { name: 'step', attempt: 1, task: { id: '1', context: {} }, parents: {}, logger };
    const result = await new ${className}().process(step as unknown as StepContext<${className}Context>);
    expect(result).toEqual({ done: true });
  });
});
`;
