import type { Clock, Timer } from '../../ports/clock';
import { Loop, type LoopOptions } from './loop';

/** Time moves only when the test says so. */
class HandClock implements Clock {
  private time = 0;
  timers: { at: number; run: () => void }[] = [];

  now = (): number => this.time;
  monotonic = (): number => this.time;

  after(delayMs: number, run: () => void): Timer {
    const timer = { at: this.time + delayMs, run };
    this.timers.push(timer);
    return { cancel: () => void (this.timers = this.timers.filter((other) => other !== timer)) };
  }

  /** Lets turns that can end do so after every timer. */
  async move(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.time = until;
  }
}

/** A loop that writes down when its turns began. */
function looping(turn: () => Promise<void> = () => Promise.resolve()) {
  const clock = new HandClock();
  const began: number[] = [];
  const failures: unknown[] = [];
  const options: LoopOptions = {
    everyMs: 100,
    turn: () => {
      began.push(clock.monotonic());
      return turn();
    },
    failed: (error) => failures.push(error),
  };
  return { clock, began, failures, loop: new Loop(clock, options) };
}

/** Turns that end when the test says so. */
function turns() {
  const ends: (() => void)[] = [];
  return { turn: () => new Promise<void>((resolve) => ends.push(resolve)), end: () => ends.shift()?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a loop', () => {
  it('begins after its time, or the time it is started with, and again after that', async () => {
    const usual = looping();
    usual.loop.start();
    await usual.clock.move(350);
    expect(usual.began).toEqual([100, 200, 300]);
    const early = looping();
    early.loop.start(0);
    await early.clock.move(250);
    expect(early.began).toEqual([0, 100, 200]);
  });

  it('measures its time from the end of a turn', async () => {
    const { turn, end } = turns();
    const { clock, began, loop } = looping(turn);
    loop.start(0);
    await clock.move(70);
    end();
    await settled();
    await clock.move(100);
    expect(began).toEqual([0, 170]);
  });

  it('is started once, however often', async () => {
    const { clock, began, loop } = looping();
    loop.start();
    loop.start(0);
    await clock.move(150);
    expect(began).toEqual([100]);
  });

  it('turns at once when woken, and then after its time', async () => {
    const { clock, began, loop } = looping();
    loop.start();
    await clock.move(30);
    loop.wake();
    await settled();
    await clock.move(120);
    expect([began, clock.timers.length]).toEqual([[30, 130], 1]);
  });

  it('turns at the earliest time asked for, never later than its own', async () => {
    const { clock, began, loop } = looping();
    loop.start();
    loop.wakeIn(40);
    loop.wakeIn(20);
    loop.wakeIn(30);
    loop.wakeIn(500);
    await clock.move(130);
    expect(began).toEqual([20, 120]);
  });

  it('never overlaps: woken in a turn, it makes one more', async () => {
    const { turn, end } = turns();
    const { clock, began, loop } = looping(turn);
    loop.start(0);
    await clock.move(10);
    loop.wake();
    loop.wake();
    expect(began).toEqual([0]);
    end();
    await settled();
    expect(began).toEqual([0, 10]);
    end();
    await settled();
    await clock.move(99);
    expect(began).toEqual([0, 10]);
  });

  it('keeps a time that a turn asks for, and one that passed meanwhile', async () => {
    const { turn, end } = turns();
    const { clock, began, loop } = looping(turn);
    loop.start(0);
    await clock.move(0);
    loop.wakeIn(60);
    await clock.move(20);
    end();
    await settled();
    await clock.move(40);
    expect(began).toEqual([0, 60]);
    loop.wakeIn(5);
    await clock.move(20);
    end();
    await settled();
    await clock.move(0);
    expect(began).toEqual([0, 60, 80]);
  });

  it('tells of a failed turn and goes on', async () => {
    const error = new Error('gone');
    const { clock, began, failures, loop } = looping(() => Promise.reject(error));
    loop.start();
    await clock.move(250);
    expect([began, failures]).toEqual([
      [100, 200],
      [error, error],
    ]);
  });

  it('does nothing before its start and after its stop', async () => {
    const { clock, began, loop } = looping();
    loop.wake();
    loop.wakeIn(0);
    loop.start();
    loop.stop();
    loop.wake();
    loop.wakeIn(0);
    await clock.move(1_000);
    expect([began, clock.timers]).toEqual([[], []]);
  });

  it('makes no other turn when stopped in one, also when it was woken', async () => {
    const { turn, end } = turns();
    const { clock, began, loop } = looping(turn);
    loop.start(0);
    await clock.move(0);
    loop.wake();
    loop.stop();
    end();
    await settled();
    await clock.move(1_000);
    expect(began).toEqual([0]);
  });

  it('is idle when no turn runs and none is owed', async () => {
    const { turn, end } = turns();
    const { clock, loop } = looping(turn);
    await expect(loop.idle()).resolves.toBeUndefined();
    loop.start(0);
    await clock.move(0);
    loop.wake();
    let idle = false;
    const waiting = loop.idle().then(() => (idle = true));
    end();
    await settled();
    expect(idle).toBe(false);
    end();
    await waiting;
    expect(clock.timers).toHaveLength(1);
  });
});
