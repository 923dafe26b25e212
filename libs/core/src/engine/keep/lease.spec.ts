import type { Clock, Timer } from '../../ports/clock';
import type { EngineStore, Heartbeat, HeartbeatAnswer } from '../../ports/engine-store';
import { StoreUnavailableError } from '../../ports/settlement';
import { Lease, type LeaseHolder } from './lease';

/** Time moves only when the test says so. */
class HandClock implements Clock {
  private time = 0;
  private timers: { at: number; run: () => void }[] = [];

  now = (): number => this.time;
  monotonic = (): number => this.time;

  after(delayMs: number, run: () => void): Timer {
    const timer = { at: this.time + delayMs, run };
    this.timers.push(timer);
    return { cancel: () => void (this.timers = this.timers.filter((other) => other !== timer)) };
  }

  /** Lets answers that are there be read after every timer. */
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

const LEASE_MS = 900;
const ALIVE: HeartbeatAnswer = { alive: true, rank: 0, workers: 1, others: 0, drain: false };

function leaseWith(heartbeat: (beat: Heartbeat) => Promise<HeartbeatAnswer>) {
  const clock = new HandClock();
  const beats: [number, Heartbeat][] = [];
  const seen = { lost: 0, renewed: 0, failures: [] as unknown[] };
  const store = {
    heartbeat: (beat: Heartbeat) => {
      beats.push([clock.monotonic(), beat]);
      return heartbeat(beat);
    },
  } as unknown as EngineStore;
  const holder: LeaseHolder = {
    report: () => ({ running: 1, draining: false, lanes: [2], minTaskId: '5' }),
    renewed: () => void seen.renewed++,
    failed: (error) => void seen.failures.push(error),
    lost: () => void seen.lost++,
  };
  const lease = new Lease({ store, clock, leaseMs: LEASE_MS, holder }, 7, 0);
  return { clock, beats, seen, lease };
}

describe('the lease of a worker', () => {
  it('is renewed every third of it, with what the worker reports', async () => {
    const { clock, beats, seen, lease } = leaseWith(() => Promise.resolve(ALIVE));
    lease.begin();
    await clock.move(1_000);
    expect(beats.map(([at]) => at)).toEqual([300, 600, 900]);
    expect(beats[0]?.[1]).toEqual({
      ...{ workerId: 7, leaseMs: LEASE_MS, running: 1, draining: false, lanes: [2], minTaskId: '5' },
    });
    expect([seen.renewed, seen.lost, lease.isValid()]).toEqual([3, 0, true]);
  });

  it('is lost with a margin before its end when no answer comes, and once only', async () => {
    const { clock, seen, lease } = leaseWith(() => new Promise(() => undefined));
    lease.begin();
    await clock.move(809);
    expect([seen.lost, lease.isValid()]).toEqual([0, true]);
    await clock.move(1);
    expect([seen.lost, lease.isValid()]).toEqual([1, false]);
    await clock.move(10_000);
    expect(seen.lost).toBe(1);
  });

  it('is lost at once when the database says so', async () => {
    const { clock, seen, lease } = leaseWith(() => Promise.resolve({ ...ALIVE, alive: false }));
    lease.begin();
    await clock.move(300);
    expect([seen.lost, seen.renewed]).toEqual([1, 0]);
  });

  it('survives a failed renewal as long as there is time for another', async () => {
    let calls = 0;
    const down = new StoreUnavailableError(new Error('x'));
    const { clock, seen, lease } = leaseWith(() => (++calls === 1 ? Promise.reject(down) : Promise.resolve(ALIVE)));
    lease.begin();
    await clock.move(900);
    expect([seen.failures, seen.lost, seen.renewed]).toEqual([[down], 0, 2]);
  });

  it('counts from before the request left: a slow answer does not lengthen it', async () => {
    let answer: (a: HeartbeatAnswer) => void = () => undefined;
    const { clock, lease, seen } = leaseWith(() => new Promise((resolve) => (answer = resolve)));
    lease.begin();
    await clock.move(700);
    answer(ALIVE);
    await clock.move(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.renewed).toBe(1);
    // Sent at 300, so it ends at 1200, and with the margin at 1110.
    await clock.move(1_109 - 700);
    expect(lease.isValid()).toBe(true);
    await clock.move(1);
    expect(lease.isValid()).toBe(false);
  });

  it('asks for nothing any more once it has ended', async () => {
    const { clock, beats, seen, lease } = leaseWith(() => Promise.resolve(ALIVE));
    lease.begin();
    lease.end();
    await lease.renew();
    await clock.move(5_000);
    expect([beats, seen.lost]).toEqual([[], 0]);
  });
});
