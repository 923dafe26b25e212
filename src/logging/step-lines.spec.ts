import { EventBus, type EngineLog, type TaskerEvents } from '@tasker/core';
import { resolveTaskerOptions } from '../options/resolve-tasker-options';
import type { TaskerLoggingOptions } from '../options/tasker-module-options.interface';
import { StepLines } from './step-lines';

const event = (durationMs: number): TaskerEvents['step.completed'] => ({
  ...{ taskId: '7', namespace: 'shop', task: 'order', version: '1.0.0', correlationId: 'c', at: 0 },
  ...{ step: 'charge', attempt: 1, workerId: 1, durationMs },
});

function writing(logging: TaskerLoggingOptions) {
  const lines: string[] = [];
  const write = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const log: EngineLog = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const events = new EventBus(() => undefined);
  new StepLines(events, log, resolveTaskerOptions({ database: { url: 'postgres://x/y' }, logging })).onModuleInit();
  return { lines, events };
}

describe('lines of steps', () => {
  it('are none, and cost nothing, unless they are asked for', () => {
    expect(writing({}).events.wants('step.completed')).toBe(false);
  });

  it('tell every attempt that took as long as is said to be slow', () => {
    const { lines, events } = writing({ slowStepMs: 100 });
    events.publish('step.completed', event(99));
    events.publish('step.completed', event(100));
    events.publish('step.failed', {
      ...event(250.4),
      error: { kind: 'error', name: 'E', message: 'm' },
      final: false,
    });
    expect(lines).toEqual(['warn: Step charge was slow: 100 ms.', 'warn: Step charge was slow: 250 ms.']);
  });
});
