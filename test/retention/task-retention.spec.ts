import type { Clock } from '@tasker/core';
import type { ResolvedRetentionOptions } from '../../src/retention/retention-options';
import { TaskRetention } from '../../src/retention/task-retention';
import { KEEP_HOUR, HOUR, retentionWorld } from './retention-world';

const world = retentionWorld();
const OPTIONS: ResolvedRetentionOptions = { ...KEEP_HOUR, batch: 10, pauseMs: 0, intervalMs: 5_000 };

/** Timers that a test fires by hand. */
class HandClock implements Clock {
  readonly timers: { delayMs: number; run: () => void }[] = [];
  now = (): number => Date.now();
  monotonic = (): number => performance.now();
  after(delayMs: number, run: () => void) {
    const timer = { delayMs, run };
    this.timers.push(timer);
    return { cancel: () => void this.timers.splice(this.timers.indexOf(timer), 1) };
  }
}

function retention(role: 'all' | 'api', changes: Partial<ResolvedRetentionOptions> = {}) {
  const clock = new HandClock();
  const lines: unknown[][] = [];
  const note = (...line: unknown[]): void => void lines.push(line);
  const log = { debug: note, info: note, warn: note, error: note };
  const options = { role, retention: { ...OPTIONS, ...changes } };
  const made = new TaskRetention(options, world.harness.handle, clock, log);
  return { made, clock, lines };
}

describe('TaskRetention', () => {
  it('sweeps by itself, says what it did, and again after the interval', async () => {
    await world.ended(await world.good(), 3, 2 * HOUR);
    const { made, clock, lines } = retention('all');
    made.onApplicationBootstrap();
    expect(clock.timers.map(({ delayMs }) => delayMs)).toEqual([5_000]);
    clock.timers.shift()?.run();
    await made.beforeApplicationShutdown();
    expect(await world.tasks()).toEqual([]);
    expect(lines).toEqual([['Pruned 3 finished tasks.', { pruned: 3, archived: 0, batches: 1, droppedPartitions: 0 }]]);
    expect(clock.timers.map(({ delayMs }) => delayMs)).toEqual([5_000]);
    made.onModuleDestroy();
    expect(clock.timers).toEqual([]);
  });

  it.each<[string, 'all' | 'api', Partial<ResolvedRetentionOptions>]>([
    ['in processes that run no steps', 'api', {}],
    ['when everything is kept', 'all', { keepMs: null }],
  ])('does nothing by itself %s', (_what, role, changes) => {
    const { made, clock } = retention(role, changes);
    made.onApplicationBootstrap();
    expect(clock.timers).toEqual([]);
  });

  it('sweeps when asked, in any process', async () => {
    await world.ended(await world.good(), 2, 2 * HOUR);
    expect(await retention('api').made.sweep()).toMatchObject({ pruned: 2, finished: true });
  });

  it('goes on after an error', async () => {
    const { made, clock, lines } = retention('all');
    await world.harness.rows.query('alter table tasker.retention_sweeps rename to elsewhere');
    made.onApplicationBootstrap();
    clock.timers.shift()?.run();
    await made.beforeApplicationShutdown();
    await world.harness.rows.query('alter table tasker.elsewhere rename to retention_sweeps');
    expect(lines).toEqual([
      ['Finished tasks could not be pruned; the next sweep goes on.', { error: expect.any(Error) as Error }],
    ]);
    expect(clock.timers).toHaveLength(1);
  });
});
