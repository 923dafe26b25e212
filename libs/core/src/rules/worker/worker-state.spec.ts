import { workerState } from './worker-state';

it.each([
  [true, false, 'live'],
  [true, true, 'draining'],
  [false, false, 'lost'],
  [false, true, 'lost'],
])('a worker that is alive (%s) and draining (%s) is %s', (alive, draining, state) => {
  expect(workerState({ alive, draining })).toBe(state);
});
