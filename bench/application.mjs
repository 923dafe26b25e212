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
    noop: app.get(Noop),
    ends: new TaskEnds(app.get(EventBus)),
    close: () => app.close(),
  };
}

/** Ends of tasks in this process, by events: asking the database would be part of what is measured. */
class TaskEnds {
  number = 0;
  #early = new Set();
  #waiting = new Map();
  #wanted = { number: Infinity, reached: () => undefined };

  constructor(events) {
    for (const name of ['task.completed', 'task.failed']) events.on(name, ({ taskId }) => this.#ended(taskId));
  }

  /** Resolves when that many tasks have ended. */
  reach(number) {
    return new Promise((reached) => {
      if (this.number >= number) reached();
      else this.#wanted = { number, reached };
    });
  }

  /** Resolves when the task has ended, which may be before its creation was answered. */
  of(taskId) {
    if (this.#early.delete(taskId)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(taskId, resolve));
  }

  #ended(taskId) {
    this.number++;
    const resolve = this.#waiting.get(taskId);
    if (resolve) resolve();
    else this.#early.add(taskId);
    this.#waiting.delete(taskId);
    if (this.number === this.#wanted.number) this.#wanted.reached();
  }
}
