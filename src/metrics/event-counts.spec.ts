import { EventBus } from '@tasker/core';
import { EventCounts } from './event-counts';
import { COUNTER_SAMPLES, HISTOGRAM_SAMPLES } from './process-samples';

const task = { taskId: '1', namespace: 'shop', task: 'order', version: '1.0.0', correlationId: 'c', at: 0 };
const step = { ...task, step: 'charge', attempt: 1, workerId: 1 };
const error = { kind: 'timeout', name: 'Error', message: 'late' } as const;
const act = { actor: 'ada', reason: null };

function counting({ maxSeries = 10, versions = false } = {}): { bus: EventBus; counts: EventCounts; stop: () => void } {
  const bus = new EventBus((thrown) => {
    throw thrown;
  });
  const counts = new EventCounts(maxSeries, versions);
  return { bus, counts, stop: counts.listen(bus) };
}

const samples = (counts: EventCounts, name: string) => COUNTER_SAMPLES[name]?.(counts);

describe('EventCounts', () => {
  it('counts tasks by template and end', () => {
    const { bus, counts } = counting();
    bus.publish('task.initialize_requested', task);
    bus.publish('task.initialize_requested', { ...task, version: '2.0.0' });
    bus.publishEnd('task.completed', task);
    bus.publishEnd('task.failed', task);
    bus.publish('task.cancelled', { ...task, ...act });
    const labels = { namespace: 'shop', task: 'order' };
    expect(samples(counts, 'tasker_tasks_created_total')).toEqual([[labels, 2]]);
    expect(samples(counts, 'tasker_tasks_finished_total')).toEqual([
      [{ ...labels, state: 'complete' }, 1],
      [{ ...labels, state: 'error' }, 1],
      [{ ...labels, state: 'cancelled' }, 1],
    ]);
    expect(samples(counts, 'tasker_operator_events_total')).toEqual([[{ ...labels, event: 'task.cancelled' }, 1]]);
  });

  it('counts attempts by outcome, failures by kind, and times them', () => {
    const { bus, counts } = counting();
    bus.publish('step.execution_requested', { ...step, waitedMs: 70 });
    bus.publish('step.failed', { ...step, error, durationMs: 20, final: false });
    bus.publish('step.retry_requested', { ...step, error, durationMs: 20, delayMs: 0 });
    bus.publish('step.failed', { ...step, error: { ...error, kind: 'permanent' }, durationMs: 2_000_000, final: true });
    bus.publish('step.completed', { ...step, durationMs: 250 });
    bus.publish('step.skipped', { ...step, skipReason: 'bypassed' });
    bus.publish('step.skipped', { ...step, ...act, skipReason: 'operator' });
    bus.publish('step.released', step);
    bus.publish('step.outcome_dropped', step);
    bus.publish('step.aborted', step);
    const labels = { namespace: 'shop', task: 'order', step: 'charge' };
    const outcomes = ['retry', 'error', 'complete', 'skipped', 'released', 'dropped', 'aborted'];
    expect(samples(counts, 'tasker_step_attempts_total')).toEqual(
      outcomes.map((outcome) => [{ ...labels, outcome }, 1]),
    );
    expect(samples(counts, 'tasker_step_failures_total')).toEqual([
      [{ ...labels, kind: 'timeout' }, 1],
      [{ ...labels, kind: 'permanent' }, 1],
    ]);
    const durations = HISTOGRAM_SAMPLES['tasker_step_duration_seconds']?.(counts) ?? [];
    expect(durations.map(([{ outcome }, { sum, counts: buckets }]) => [outcome, sum, buckets.indexOf(1)])).toEqual([
      ['complete', 0.25, 5],
      ['retry', 0.02, 2],
      ['error', 2_000, 15],
    ]);
    const [[waitLabels, wait] = []] = HISTOGRAM_SAMPLES['tasker_step_wait_seconds']?.(counts) ?? [];
    expect([waitLabels, wait?.sum, wait?.count]).toEqual([labels, 0.07, 1]);
  });

  it('counts settlements, lost workers and events of the application', () => {
    const { bus, counts } = counting();
    bus.publish('engine.settled', { workerId: 1, outcomes: 12, durationMs: 3, at: 0 });
    bus.publish('worker.lost', { workerId: 1, steps: 4, at: 0 });
    bus.publish('custom', { ...step, event: 'order.shipped', payload: {} });
    expect(counts.settlementOutcomes).toMatchObject({ count: 1, sum: 12 });
    expect(counts.settlementSeconds).toMatchObject({ count: 1, sum: 0.003 });
    expect(samples(counts, 'tasker_workers_lost_total')).toEqual([[{}, 1]]);
    expect(samples(counts, 'tasker_steps_rescued_total')).toEqual([[{}, 4]]);
    const labels = { namespace: 'shop', task: 'order', event: 'order.shipped' };
    expect(samples(counts, 'tasker_custom_events_total')).toEqual([[labels, 1]]);
  });

  it('tells versions apart only when asked to', () => {
    const { bus, counts } = counting({ versions: true });
    bus.publish('task.initialize_requested', task);
    bus.publish('task.initialize_requested', { ...task, version: '2.0.0' });
    expect(samples(counts, 'tasker_tasks_created_total')?.map(([{ version }, count]) => [version, count])).toEqual([
      ['1.0.0', 1],
      ['2.0.0', 1],
    ]);
  });

  it('counts what is beyond the limit as "other"', () => {
    const { bus, counts } = counting({ maxSeries: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'a', 'c'])
      bus.publish('step.completed', { ...step, step: name, durationMs: 1 });
    expect(samples(counts, 'tasker_step_attempts_total')?.map(([labels, count]) => [labels['step'], count])).toEqual([
      ['a', 2],
      ['b', 1],
      ['other', 3],
    ]);
    expect(counts.steps.size).toBe(2);
  });

  it('hears nothing any more once it has stopped', () => {
    const { bus, counts, stop } = counting();
    stop();
    expect(bus.wants('step.completed')).toBe(false);
    expect([...counts.steps.all()]).toEqual([]);
  });

  it('reads an event no oftener, and keeps nothing of it, after a thousand series and events', () => {
    const { bus, counts } = counting({ maxSeries: 2_000 });
    let reads = 0;
    const event = new Proxy(
      { ...step, durationMs: 12 },
      { get: (of, key) => (reads++, Reflect.get(of, key) as never) },
    );
    const readsOfOne = (): number => {
      reads = 0;
      bus.publish('step.completed', event);
      return reads;
    };
    const [made, first] = [readsOfOne(), readsOfOne()];
    for (let i = 0; i < 1_000; i++) bus.publish('step.completed', { ...step, step: `s${i}`, durationMs: 12 });
    for (let i = 0; i < 1_000; i++) expect(readsOfOne()).toBe(first);
    expect(first).toBe(made);
    expect(counts.steps.size).toBe(1_001);
  });
});
