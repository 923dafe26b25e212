import { EventBus, type Clock, type EngineLog, type Timer } from '@tasker/core';
import { resolveTaskerOptions } from '../options/resolve-tasker-options';
import type { TaskerLoggingOptions } from '../options/tasker-module-options.interface';
import { TaskLines } from './task-lines';

const EVENT = { taskId: '7', namespace: 'shop', task: 'order', version: '1.0.0', correlationId: 'c', at: 0 };

function writing(logging: TaskerLoggingOptions) {
  const lines: string[] = [];
  const timers: { delayMs: number; run: () => void }[] = [];
  const write = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const log: EngineLog = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after(delayMs, run): Timer {
      const timer = { delayMs, run };
      timers.push(timer);
      return { cancel: () => void timers.splice(timers.indexOf(timer), 1) };
    },
  };
  const events = new EventBus(() => undefined);
  const own = new TaskLines(events, log, clock, resolveTaskerOptions({ database: { url: 'postgres://x/y' }, logging }));
  own.onModuleInit();
  return { lines, timers, own, complete: () => events.publishEnd('task.completed', EVENT) };
}

describe('lines of tasks that complete', () => {
  it('are one a second with their number, and none while nothing completes', () => {
    const { lines, timers, complete } = writing({});
    expect(timers).toEqual([]);
    complete();
    complete();
    expect([lines, timers.map(({ delayMs }) => delayMs)]).toEqual([[], [1_000]]);
    timers.shift()?.run();
    expect([lines, timers]).toEqual([['info: 2 tasks completed.'], []]);
    complete();
    timers.shift()?.run();
    expect(lines.at(-1)).toBe('info: 1 task completed.');
  });

  it('tell at the end what no line has told yet', () => {
    const { lines, timers, own, complete } = writing({});
    complete();
    own.onApplicationShutdown();
    own.onApplicationShutdown();
    expect([lines, timers]).toEqual([['info: 1 task completed.'], []]);
  });

  it('are one for each task at level debug, and by option', () => {
    const debug = writing({ level: 'debug' });
    debug.complete();
    const each = writing({ tasks: 'each' });
    each.complete();
    expect(debug.lines).toEqual(['debug: Task order 7 completed.']);
    expect(each.lines).toEqual(['info: Task order 7 completed.']);
  });

  it('are none above level info', () => {
    const { lines, timers, complete } = writing({ level: 'warn', tasks: 'each' });
    complete();
    expect([lines, timers]).toEqual([[], []]);
  });
});
