import 'reflect-metadata';
import { type INestApplication, Injectable, Module } from '@nestjs/common';
import { type StepContext, StepHandler, TaskerModule, TaskerService } from '@tasker/nestjs';
import { grants } from '@tasker/nestjs/access';
import { TemplateRegistry } from '@tasker/nestjs/runtime';

@Injectable()
class Greeter {
  greet(name: string): string {
    return `Hello, ${name}!`;
  }
}

@StepHandler('greet')
class Greet implements StepHandler<{ name: string }, { greeting: string }> {
  constructor(private readonly greeter: Greeter) {}

  async process(step: StepContext<{ name: string }>): Promise<{ greeting: string }> {
    return { greeting: this.greeter.greet(step.task.context.name) };
  }
}

@Module({
  imports: [
    TaskerModule.forRoot({
      database: { url: process.env['DATABASE_URL'] ?? '' },
      templates: [{ name: 'greeting', version: '1.0.0', steps: [{ name: 'greet', handler: 'greet' }] }],
    }),
  ],
  providers: [Greeter, Greet],
})
export class WorkflowModule {}

/** Runs one task on a started application, prints how it ended, and closes the application: nothing may keep it up. */
export async function runWorkflow(app: INestApplication): Promise<void> {
  await app.listen(0, '127.0.0.1');
  const tasker = app.get(TaskerService);
  // Sub-paths that need no optional peer: the same copy as the root, or the provider would not be found.
  if (app.get(TemplateRegistry).list().length !== 1 || !grants(['tasker.*:show'], 'tasker.task:show')) process.exit(1);
  const { taskId } = await tasker.create({ name: 'greeting', context: { name: 'World' } });
  const task = await tasker.waitFor(taskId, { timeoutMs: 20_000 });
  const result = task.steps[0]?.result as { greeting: string } | undefined;
  await app.close();
  process.stdout.write(`OK ${task.state} ${result?.greeting}\n`);
}
