import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { EventBus, StepHandler, TaskerModule, TaskerService } from '@tasker/nestjs';
import { TEMPLATES } from './templates.mjs';

/** Counts its calls, so that a step that ran twice or never is noticed. */
class Noop {
  calls = 0;
  onCall = undefined;

  process() {
    this.calls++;
    this.onCall?.();
    return { ok: true };
  }
}
StepHandler('noop')(Noop);

class BenchModule {}

/** A real Nest application with Tasker, without HTTP. */
export async function openApplication(url, role) {
  const tasker = TaskerModule.forRoot({
    database: { url },
    role,
    templates: Object.values(TEMPLATES),
    worker: { concurrency: 50 },
    logging: { level: 'error' },
  });
  const module = { module: BenchModule, imports: [tasker], providers: [Noop] };
  const app = await NestFactory.createApplicationContext(module, { logger: ['error', 'fatal'], abortOnError: false });
  return {
    tasker: app.get(TaskerService),
    events: app.get(EventBus),
    noop: app.get(Noop),
    close: () => app.close(),
  };
}

/** Resolves when that many tasks have ended in this process. */
export function tasksEnded(events, wanted) {
  let ended = 0;
  return new Promise((resolve) => {
    const count = () => {
      if (++ended === wanted) resolve();
    };
    events.on('task.completed', count);
    events.on('task.failed', count);
  });
}
