/** Handlers of the example template that `nest add` writes. */
export const exampleHandlers = `import { StepHandler, type StepContext } from '@tasker/nestjs';

export interface HelloContext {
  name?: string;
}

export interface Greeting {
  text: string;
}

@StepHandler('prepare_greeting')
export class PrepareGreeting implements StepHandler<HelloContext, Greeting> {
  process({ task }: StepContext<HelloContext>): Greeting {
    return { text: \`Hello, \${task.context.name ?? 'World'}!\` };
  }
}

/** What a step depends on has ended, and its result is in \`parents\`. */
@StepHandler('deliver_greeting')
export class DeliverGreeting implements StepHandler<HelloContext, Greeting, { prepare_greeting: Greeting }> {
  process({ parents, logger }: StepContext<HelloContext, { prepare_greeting: Greeting }>): Greeting {
    logger.log(parents.prepare_greeting.text);
    return parents.prepare_greeting;
  }
}
`;

export const exampleTemplate = `# Two steps, one after the other. Create a task with TaskerService.create({ name: 'hello', context: { name: 'Ada' } }).
namespace_name: default
name: hello
version: 0.1.0
schema:
  type: object
  properties:
    name: { type: string }
step_templates:
  - name: prepare_greeting
    handler: prepare_greeting
  - name: deliver_greeting
    handler: deliver_greeting
    depends_on_step: prepare_greeting
`;
