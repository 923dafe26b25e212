// What counting an event for the metrics costs, between two steps of every task; a figure well below a microsecond.
import { EventBus } from '@tasker/core';
import { EventCounts } from '../dist/metrics/event-counts.js';
import { quantile } from './statistics.mjs';

const EVENTS = 100_000;
const event = {
  ...{ taskId: '1', namespace: 'shop', task: 'order', version: '1.0.0', correlationId: 'c', at: 0 },
  ...{ step: 'charge', attempt: 1, workerId: 1, durationMs: 12 },
};

const bus = new EventBus((thrown) => {
  throw thrown;
});
new EventCounts(10, false).listen(bus);
const rounds = Array.from({ length: 20 }, () => {
  const startedAt = performance.now();
  for (let i = 0; i < EVENTS; i++) bus.publish('step.completed', event);
  return ((performance.now() - startedAt) * 1e6) / EVENTS;
});
console.log(`ns per event: best ${Math.min(...rounds).toFixed(0)}, median ${quantile(rounds, 0.5).toFixed(0)}`);
