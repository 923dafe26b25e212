import type { StepState } from '../states/step-state';
import { STEP_STATES } from '../states/step-state';
import { decideTimer, endedByDeadline, type DueTimer } from './decide-timer';

const timer = (changes: Partial<DueTimer>): DueTimer => ({
  ...{ kind: 'total', position: 0, taskOpen: true, state: 'ready', anew: false, taken: false, stillMs: null },
  ...changes,
});
const kindsOf = (changes: Partial<DueTimer>): Record<string, string> =>
  Object.fromEntries(
    [null, ...STEP_STATES].map((state) => [String(state), decideTimer(timer({ ...changes, state }), 0).kind]),
  );
const expiring = (kinds: Record<string, string>): string[] =>
  Object.keys(kinds).filter((state) => kinds[state] === 'expire');

describe('a timer that is due', () => {
  it('ends a step in all states it has begun with and not ended, for the time of all attempts', () => {
    expect(expiring(kindsOf({}))).toEqual(['null', 'ready', 'in_progress', 'waiting_for_retry', 'waiting']);
  });

  it('ends a step that waits in the queue, for the time until the first attempt', () => {
    expect(expiring(kindsOf({ kind: 'start' }))).toEqual(['null', 'ready']);
    expect(decideTimer(timer({ kind: 'start', taken: true }), 0)).toEqual({ kind: 'void' });
  });

  it.each<Partial<DueTimer>>([{ taskOpen: false }, { taskOpen: false, kind: 'deadline' }, { anew: true }])(
    'is of no use: %p',
    (changes) => expect(decideTimer(timer(changes), 0)).toEqual({ kind: 'void' }),
  );

  it('ends a task whatever its steps do', () => {
    expect(decideTimer(timer({ kind: 'deadline', position: -1, state: null, anew: true }), 0)).toEqual({
      kind: 'expire',
    });
  });

  it.each([
    ['what was left when the pause began', 60_000, 200, 59_800],
    ['a second at least', 300, 200, 1_000],
  ])('is due later, when it stands still: %s', (_, stillMs, overdueMs, afterMs) => {
    expect(decideTimer(timer({ kind: 'start', stillMs }), overdueMs)).toEqual({ kind: 'later', afterMs });
  });
});

it('a deadline ends the steps that could move, and no others', () => {
  const steps: (StepState | null)[] = ['complete', 'pending', null, 'ready', 'in_progress', 'waiting', 'error'];
  expect(endedByDeadline(steps)).toEqual([3, 4, 5]);
});
