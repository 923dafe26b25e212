import type { Clock, EngineLog } from '@tasker/core';
import { Session, type TaskerDatabase } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { HistoryRollup } from './history-rollup';

describe('HistoryRollup', () => {
  let timers: { delayMs: number; run: () => void }[];
  let answers: (() => Promise<{ hours: number }[]>)[];
  let warned: string[];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after: (delayMs, run) => {
      timers.push({ delayMs, run });
      return { cancel: () => timers.splice(0) };
    },
  };

  const rollup = (role: string) => {
    const session = new Session(() => answers.shift()?.() ?? Promise.resolve([]), 'tasker');
    const database = { background: { session } } as unknown as TaskerDatabase;
    const log = { warn: (line: string) => warned.push(line) } as unknown as EngineLog;
    const options = { role, database: { schema: 'tasker' } } as unknown as ResolvedTaskerOptions;
    return new HistoryRollup(database, options, clock, log);
  };
  const hours = (count: number) => () => Promise.resolve([{ hours: count }]);
  const turn = () => new Promise(setImmediate);

  beforeEach(() => ([timers, answers, warned] = [[], [], []]));

  it('works hour by hour until nothing is left, and looks again later', async () => {
    answers = [hours(1), hours(1), hours(0)];
    rollup('all').onApplicationBootstrap();
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([30_000]);
    timers.pop()?.run();
    await turn();
    expect(answers).toEqual([]);
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([600_000]);
  });

  it('says so when it fails, and tries again', async () => {
    answers = [() => Promise.reject(new Error('away'))];
    rollup('worker').onApplicationBootstrap();
    timers.pop()?.run();
    await turn();
    expect([warned.length, timers.length]).toEqual([1, 1]);
  });

  it('waits for the hour it is at when the application stops, and begins no other', async () => {
    let answer: (rows: { hours: number }[]) => void = () => undefined;
    answers = [() => new Promise((resolve) => (answer = resolve)), hours(1)];
    const working = rollup('all');
    working.onApplicationBootstrap();
    timers.pop()?.run();
    const stopped = working.onModuleDestroy();
    answer([{ hours: 1 }]);
    await stopped;
    expect([answers.length, timers.length]).toEqual([1, 0]);
  });

  it('leaves it to processes that run steps', () => {
    rollup('api').onApplicationBootstrap();
    expect(timers).toEqual([]);
  });
});
