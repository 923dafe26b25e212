import type { DataMask, StepLogger, StepScope, StepSurroundings } from '@tasker/core';
import { LineWriter, type LineLevel, type LogFields, type LoggingSettings } from './line-writer';
import { runInStepScope } from './step-scope';

/** What Nest supplies around the run of a handler: the ambient scope, and a logger that knows it. @internal */
export class NestStepSurroundings implements StepSurroundings {
  private readonly lines: LineWriter;

  constructor(settings: LoggingSettings, mask?: DataMask) {
    this.lines = new LineWriter('TaskerStep', settings, mask);
  }

  run<T>(scope: StepScope, work: () => Promise<T>): Promise<T> {
    return runInStepScope(scope, work);
  }

  logger({ taskId, task, step, attempt, workerId, correlationId }: StepScope): StepLogger {
    const own = { taskId, task, step, attempt, workerId, correlationId };
    const write =
      (level: LineLevel) =>
      (message: string, fields: LogFields = {}): void =>
        this.lines.write(level, message, { ...own, ...fields });
    return { debug: write('debug'), log: write('info'), warn: write('warn'), error: write('error') };
  }
}
