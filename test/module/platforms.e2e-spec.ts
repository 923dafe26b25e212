import { type AddressInfo } from 'node:net';
import { Body, Controller, Get, Param, Post, type INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { APP_GUARD } from '@nestjs/core';
import { StepHandler, TaskerService, type StepContext, type TaskDetail } from '@tasker/nestjs';
import { oneStep, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('greet')
class Greet {
  process({ task }: StepContext<{ name: string }>): string {
    return `hello ${task.context.name}`;
  }
}

@Controller('greetings')
class GreetingsController {
  constructor(private readonly tasker: TaskerService) {}

  @Post()
  create(@Body() context: { name: string }): Promise<{ taskId: string }> {
    return this.tasker.create({ name: 'greet', context });
  }

  @Get(':id')
  show(@Param('id') id: string): Promise<TaskDetail> {
    return this.tasker.waitFor(id, { timeoutMs: 10_000 });
  }
}

/** Made for HTTP requests only: it would refuse every step. */
class HttpOnlyGuard {
  canActivate(context: { switchToHttp(): { getRequest(): { headers?: Record<string, string> } } }): boolean {
    return context.switchToHttp().getRequest().headers?.['x-key'] === 'right';
  }
}

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('on %s', (_platform, adapter) => {
  it('creates tasks in controllers and runs them, whatever global guard the host has', async () => {
    const compiled = await apps.compile({
      controllers: [GreetingsController],
      providers: [Greet, { provide: APP_GUARD, useClass: HttpOnlyGuard }],
      options: { templates: [oneStep('greet')] },
    });
    const app: INestApplication = apps.keep(compiled.createNestApplication(adapter()));
    await app.listen(0, '127.0.0.1');
    const base = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/greetings`;
    const headers = { 'x-key': 'right', 'content-type': 'application/json' };
    const made = await fetch(base, { method: 'POST', headers, body: JSON.stringify({ name: 'Ada' }) });
    expect(made.status).toBe(201);
    const { taskId } = (await made.json()) as { taskId: string };
    const shown = await fetch(`${base}/${taskId}`, { headers });
    expect(await shown.json()).toMatchObject({ id: taskId, state: 'complete', steps: [{ result: 'hello Ada' }] });
    expect((await fetch(`${base}/${taskId}`)).status).toBe(403);
  });
});
