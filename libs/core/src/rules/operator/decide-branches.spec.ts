import type { StepState } from '../states/step-state';
import { compilePlan } from '../template/compile-plan';
import { normaliseTemplate } from '../template/step-defaults';
import { decideAct } from './decide-act';
import type { DecidedAct, StandingTask } from './decided-act';
import type { OperatorCommand } from './operator-command';

/** `route` chooses `express` or `standard`, beside which `log` always runs; both meet in `ship`, all of them in `close`. */
const definition = normaliseTemplate({
  name: 't',
  steps: [
    { name: 'route', handler: 'h', choices: ['express', 'standard'], skippable: true },
    { name: 'express', handler: 'h', dependsOn: 'route' },
    { name: 'standard', handler: 'h', dependsOn: 'route' },
    { name: 'ship', handler: 'h', dependsOn: ['express', 'standard'] },
    { name: 'both', handler: 'h', dependsOn: ['express', 'standard'], runIf: 'all' },
    { name: 'log', handler: 'h', dependsOn: ['express', 'standard'], runIf: 'always' },
  ],
});
const plan = compilePlan(definition, { templateId: 1, revision: 1, lanes: [1, 1, 1, 1, 1, 1], engineLane: 9 });

const decide = (command: OperatorCommand, steps: StepState[], state: StandingTask['state'] = 'in_progress') => {
  const rest = { taskId: '7', templateId: 1, hold: false, priority: 0, lockVersion: 0, correlationId: 'c' };
  return decideAct(plan, { ...rest, state, steps }, command);
};

const moves = (decided: DecidedAct | null): string[] =>
  (decided?.moves ?? []).map(({ position, from, to }) => `${plan.steps[position]?.name}: ${from} > ${to}`);

const FRESH: StepState[] = ['ready', 'pending', 'pending', 'pending', 'pending', 'pending'];

describe('an operator who ends a step that decides', () => {
  it('chooses in its place: what he does not name is left out', () => {
    expect(moves(decide({ verb: 'skip_step', step: 'route', choice: ['express'] }, FRESH))).toEqual([
      ...['route: ready > skipped', 'standard: pending > not_taken'],
    ]);
    expect(moves(decide({ verb: 'resolve_step', step: 'route', choice: [] }, FRESH))).toEqual([
      ...['route: ready > resolved_manually', 'express: pending > not_taken', 'standard: pending > not_taken'],
    ]);
  });

  it('leaves alone what has moved by another act', () => {
    const steps: StepState[] = ['error', 'pending', 'resolved_manually', 'pending', 'pending', 'pending'];
    expect(moves(decide({ verb: 'skip_step', step: 'route', choice: ['express'] }, steps))).toEqual([
      'route: error > skipped',
    ]);
  });

  it.each([
    [
      { verb: 'skip_step', step: 'route' },
      'Step "route" decides which of express, standard run: name them as the choice.',
    ],
    [
      { verb: 'resolve_step', step: 'route', result: 1 },
      'Step "route" decides which of express, standard run: name them as the choice.',
    ],
    [
      { verb: 'skip_step', step: 'route', choice: ['expres'] },
      'Step "route" does not decide about "expres"; did you mean "express"?',
    ],
    [{ verb: 'skip_step', step: 'route', choice: ['ship'] }, 'Step "route" does not decide about "ship".'],
    [
      { verb: 'skip_step', step: 'express', force: true, choice: ['ship'] },
      'Step "express" decides about no other steps.',
    ],
  ] as [OperatorCommand, string][])('has to choose among its own: %j', (command, message) => {
    const steps = command.verb === 'skip_step' && command.step === 'express' ? (['complete', 'ready'] as const) : FRESH;
    expect(() => decide(command, [...steps])).toThrow(expect.objectContaining({ code: 'TSK_CHOICE_INVALID', message }));
  });

  it('need not choose when it is cancelled', () => {
    expect(moves(decide({ verb: 'cancel_step', step: 'route' }, FRESH))).toEqual(['route: ready > cancelled']);
  });
});

describe('a step that a branch left out', () => {
  const LEFT: StepState[] = ['complete', 'complete', 'not_taken', 'complete', 'not_taken', 'complete'];

  it('is skipped already, and neither cancelled nor resolved', () => {
    expect(decide({ verb: 'skip_step', step: 'standard', force: true }, LEFT)).toBeNull();
    for (const verb of ['cancel_step', 'resolve_step'] as const) {
      expect(() => decide({ verb, step: 'standard' }, LEFT)).toThrow(
        expect.objectContaining({ code: 'TSK_STATE_REFUSED', data: expect.objectContaining({ state: 'skipped' }) }),
      );
    }
  });

  it('runs all the same when somebody reruns it, and what comes after it waits anew', () => {
    expect(moves(decide({ verb: 'rerun', step: 'standard' }, LEFT, 'complete'))).toEqual([
      ...[
        'standard: not_taken > ready',
        'ship: complete > pending',
        'both: not_taken > pending',
        'log: complete > pending',
      ],
    ]);
  });

  it('is not rerun where too few of its parents have run', () => {
    expect(() => decide({ verb: 'rerun', step: 'both' }, LEFT)).toThrow(
      expect.objectContaining({
        code: 'TSK_STATE_REFUSED',
        hint: expect.stringContaining('rerun the step that decides'),
      }),
    );
    const none: StepState[] = ['complete', 'not_taken', 'not_taken', 'not_taken', 'not_taken', 'complete'];
    expect(() => decide({ verb: 'rerun', step: 'ship' }, none)).toThrow(
      expect.objectContaining({ code: 'TSK_STATE_REFUSED' }),
    );
    expect(moves(decide({ verb: 'rerun', step: 'log' }, none))).toEqual(['log: complete > ready']);
  });

  it('is reset with all others when the step that decides runs again', () => {
    expect(moves(decide({ verb: 'rerun', step: 'route' }, LEFT))).toEqual([
      ...['route: complete > ready', 'express: complete > pending', 'standard: not_taken > pending'],
      ...['ship: complete > pending', 'both: not_taken > pending', 'log: complete > pending'],
    ]);
  });
});

describe('a step that waits without a worker', () => {
  const WAITS: StepState[] = ['complete', 'waiting', 'not_taken', 'pending', 'pending', 'pending'];

  it('is cancelled with its task, and left alone by a pause and a retry', () => {
    expect(moves(decide({ verb: 'cancel', running: 'finish' }, WAITS))).toContain('express: waiting > cancelled');
    expect(moves(decide({ verb: 'pause', running: 'abort' }, WAITS))).toEqual([]);
    expect(decide({ verb: 'retry' }, WAITS)).toBeNull();
  });

  it.each([
    ['cancel_step', 'cancelled'],
    ['skip_step', 'skipped'],
    ['resolve_step', 'resolved_manually'],
    ['rerun', 'ready'],
  ] as const)('may be ended or begun anew: %s', (verb, to) => {
    const command = { verb, step: 'express', ...(verb === 'skip_step' && { force: true }) } as OperatorCommand;
    expect(moves(decide(command, WAITS))[0]).toBe(`express: waiting > ${to}`);
  });

  it('has not failed, so there is nothing to retry', () => {
    expect(() => decide({ verb: 'retry_step', step: 'express' }, WAITS)).toThrow(
      expect.objectContaining({ code: 'TSK_STATE_REFUSED' }),
    );
  });
});
