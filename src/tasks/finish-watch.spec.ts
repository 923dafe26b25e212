import { EventBus, type Clock, type TaskerEvents } from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { FinishWatch } from './finish-watch';
import type { TaskReader } from './task-reader';

const ended = (taskId: string) => ({ taskId }) as TaskerEvents['task.failed'];

describe('FinishWatch', () => {
  let bus: EventBus;
  let watch: FinishWatch;
  let timers: { delayMs: number; run: () => void }[];
  let looks: string[][];
  let answer: () => Promise<string[]>;

  beforeEach(() => {
    bus = new EventBus(() => undefined);
    [timers, looks] = [[], []];
    answer = () => Promise.resolve([]);
    const clock: Clock = {
      now: () => 0,
      monotonic: () => 0,
      after: (delayMs, run) => {
        timers.push({ delayMs, run });
        return { cancel: () => timers.splice(0) };
      },
    };
    const reader = {
      finishedAmong: (ids: string[]) => {
        looks.push(ids);
        return answer();
      },
    } as unknown as TaskReader;
    watch = new FinishWatch(bus, reader, clock, { worker: { pollMs: 250 } } as ResolvedTaskerOptions);
    watch.onModuleInit();
  });

  afterEach(() => watch.onApplicationShutdown());

  it('tells at once what ends in this process', async () => {
    const one = watch.watch('1');
    const two = watch.watch('2');
    bus.publishEnd('task.completed', ended('1'));
    bus.publishEnd('task.failed', ended('2'));
    await expect(Promise.all([one.finished, two.finished])).resolves.toBeDefined();
  });

  it('finds by one poll for all what ended elsewhere, and polls on for the rest', async () => {
    const one = watch.watch('1');
    const again = watch.watch('1');
    watch.watch('2');
    answer = () => Promise.resolve(['1']);
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([250]);
    timers.pop()?.run();
    await Promise.all([one.finished, again.finished]);
    one.stop();
    again.stop();
    await Promise.resolve();
    expect(timers).toHaveLength(1);
    timers.pop()?.run();
    expect(looks).toEqual([['1', '2'], ['2']]);
  });

  it('goes on polling after the database was away', async () => {
    const one = watch.watch('1');
    answer = () => Promise.reject(new Error('away'));
    timers.pop()?.run();
    await new Promise(setImmediate);
    answer = () => Promise.resolve(['1']);
    timers.pop()?.run();
    await expect(one.finished).resolves.toBeUndefined();
  });

  it('stops polling when nobody waits', async () => {
    watch.watch('1').stop();
    timers.pop()?.run();
    await new Promise(setImmediate);
    expect(timers).toEqual([]);
  });

  it('answers at shutdown everybody whose task cannot end here, and who comes later', async () => {
    const [elsewhere, here] = [watch.watch('1'), watch.watch('2')];
    watch.shutDown((taskId) => taskId === '2');
    await expect(elsewhere.finished).rejects.toMatchObject({ code: 'TSK_SHUTTING_DOWN' });
    await expect(watch.watch('1').finished).rejects.toMatchObject({ code: 'TSK_SHUTTING_DOWN' });
    const alsoHere = watch.watch('2');
    bus.publishEnd('task.completed', ended('2'));
    await expect(Promise.all([here.finished, alsoHere.finished])).resolves.toBeDefined();
  });

  it('answers everybody when the drain is over', async () => {
    const here = watch.watch('2');
    watch.shutDown(() => true);
    watch.shutDown(() => false);
    await expect(here.finished).rejects.toMatchObject({ code: 'TSK_SHUTTING_DOWN' });
  });

  it('gives its subscriptions back', () => {
    watch.onApplicationShutdown();
    expect(bus.wants('task.completed')).toBe(false);
  });
});
