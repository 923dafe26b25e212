import { TaskerError } from '../../errors/tasker-error';
import type { StepState } from '../states/step-state';
import { compilePlan } from '../template/compile-plan';
import { normaliseTemplate } from '../template/step-defaults';
import { decideAct, touchesSteps } from './decide-act';
import type { DecidedAct, StandingTask } from './decided-act';
import type { OperatorCommand } from './operator-command';

/** `a` → `b` → `c`, and `x` by itself. */
const steps = [
  { name: 'a', handler: 'h' },
  { name: 'b', handler: 'h', dependsOn: ['a'], skippable: true },
  { name: 'c', handler: 'h', dependsOn: ['b'] },
  { name: 'x', handler: 'h' },
];
const plan = compilePlan(normaliseTemplate({ name: 't', steps }), { templateId: 1, revision: 1, lanes: [1, 1, 1, 1] });

const STANDING: StandingTask = {
  ...{ taskId: '7', templateId: 1, state: 'in_progress', hold: false, priority: 0, lockVersion: 0, correlationId: 'c' },
  steps: ['complete', 'in_progress', 'pending', 'waiting_for_retry'],
};

const decide = (command: OperatorCommand, standing: Partial<StandingTask> = {}): DecidedAct | null =>
  decideAct(plan, { ...STANDING, ...standing }, command);

/** Moves as `a: ready > cancelled`, with a `*` when the step starts anew. */
const moves = (decided: DecidedAct | null): string[] =>
  (decided?.moves ?? []).map(
    ({ position, from, to, again }) => `${plan.steps[position]?.name ?? '?'}: ${from} > ${to}${again ? ' *' : ''}`,
  );

describe('what an operator does to a task', () => {
  it('cancels everything that has not ended, and lifts a pause', () => {
    const decided = decide({ verb: 'cancel' }, { hold: true });
    expect(moves(decided)).toEqual([
      ...['b: in_progress > cancelled', 'c: pending > cancelled', 'x: waiting_for_retry > cancelled'],
    ]);
    expect(decided?.task).toEqual({ state: 'cancelled', hold: false });
  });

  it('cancels, and leaves alone what runs', () => {
    expect(moves(decide({ verb: 'cancel', running: 'finish' }))).toEqual([
      ...['c: pending > cancelled', 'x: waiting_for_retry > cancelled'],
    ]);
  });

  it('declares it done: failed steps stay failed', () => {
    const decided = decide({ verb: 'resolve' }, { state: 'error', steps: ['error', 'pending', 'pending', 'complete'] });
    expect(moves(decided)).toEqual(['b: pending > cancelled', 'c: pending > cancelled']);
    expect(decided?.task).toEqual({ state: 'resolved_manually', hold: false });
  });

  it('retries what failed and what waits, and reopens the task only when it had ended', () => {
    expect(decide({ verb: 'retry' })).toMatchObject({ task: {} });
    const decided = decide({ verb: 'retry' }, { state: 'error', steps: ['complete', 'error', 'pending', 'error'] });
    expect(moves(decided)).toEqual(['b: error > ready *', 'x: error > ready *']);
    expect(decided?.task).toEqual({ state: 'in_progress' });
  });

  it('has nothing to retry: nothing changes while it runs; when it failed by a cancelled step, that is said', () => {
    expect(decide({ verb: 'retry' }, { steps: ['complete', 'ready', 'pending', 'ready'] })).toBeNull();
    expect(() =>
      decide({ verb: 'retry' }, { state: 'error', steps: ['cancelled', 'pending', 'pending', 'complete'] }),
    ).toThrow(expect.objectContaining({ code: 'TSK_STATE_REFUSED', hint: expect.stringContaining('rerun it') }));
  });

  it('pauses and resumes; a running step that is aborted spends nothing', () => {
    expect(decide({ verb: 'pause' })).toEqual({ moves: [], task: { hold: true } });
    const aborted = decide({ verb: 'pause', running: 'abort' });
    expect([moves(aborted), aborted?.task]).toEqual([['b: in_progress > ready'], { hold: true }]);
    expect(decide({ verb: 'pause' }, { hold: true })).toBeNull();
    expect(decide({ verb: 'resume' }, { hold: true })).toEqual({ moves: [], task: { hold: false } });
    expect(decide({ verb: 'resume' })).toBeNull();
  });

  it('changes priority, tags and reason, and nothing when they are so already', () => {
    expect(decide({ verb: 'set_priority', priority: 5 })?.task).toEqual({ priority: 5 });
    expect(decide({ verb: 'set_priority', priority: 0 })).toBeNull();
    expect(decide({ verb: 'edit', tags: ['a'] })?.task).toEqual({ tags: ['a'] });
    expect(decide({ verb: 'edit', taskReason: null })?.task).toEqual({ reason: null });
    expect(decide({ verb: 'edit' })).toBeNull();
  });

  it('is there already: nothing changes', () => {
    expect(decide({ verb: 'cancel' }, { state: 'cancelled', steps: ['cancelled'] })).toBeNull();
    expect(decide({ verb: 'resolve' }, { state: 'resolved_manually' })).toBeNull();
  });

  it('is there already, but stops handlers that were allowed to finish', () => {
    const running = { steps: ['complete', 'in_progress', 'cancelled'] as StepState[] };
    const moved = { moves: [expect.objectContaining({ position: 1, to: 'cancelled' })], task: {} };
    expect(decide({ verb: 'cancel' }, { state: 'cancelled', ...running })).toEqual(moved);
    expect(decide({ verb: 'cancel', running: 'finish' }, { state: 'cancelled', ...running })).toBeNull();
    const givenBack = { moves: [expect.objectContaining({ position: 1, to: 'ready', again: false })], task: {} };
    expect(decide({ verb: 'pause', running: 'abort' }, { hold: true, ...running })).toEqual(givenBack);
    expect(decide({ verb: 'pause' }, { hold: true, ...running })).toBeNull();
  });

  it('is refused, and told what is possible', () => {
    expect(() => decide({ verb: 'cancel' }, { state: 'complete' })).toThrow(
      expect.objectContaining({
        code: 'TSK_STATE_REFUSED',
        hint: 'Possible on the task now: edit.',
        data: { taskId: '7', state: 'complete', verb: 'cancel', legal: ['edit'] },
      }),
    );
  });

  it('looks at the steps only when it has to', () => {
    const whole = [
      ...[{ verb: 'cancel' }, { verb: 'retry' }, { verb: 'resolve' }, { verb: 'pause', running: 'abort' }],
      ...[
        { verb: 'set_priority', priority: 1 },
        { verb: 'skip_step', step: 'a' },
      ],
    ] as OperatorCommand[];
    const light = [...[{ verb: 'pause' }, { verb: 'resume' }, { verb: 'edit' }]] as OperatorCommand[];
    expect([whole.every(touchesSteps), light.some(touchesSteps)]).toEqual([true, false]);
  });
});

describe('what an operator does to a step', () => {
  const at = (state: StepState): Partial<StandingTask> => ({ steps: ['complete', state, 'pending', 'complete'] });

  it('runs it and everything after it again, whatever had become of it', () => {
    const decided = decide(
      { verb: 'rerun', step: 'b', inputs: { k: 1 } },
      { state: 'complete', steps: ['complete', 'complete', 'skipped', 'complete'] },
    );
    expect(moves(decided)).toEqual(['b: complete > ready *', 'c: skipped > pending *']);
    expect(decided?.moves[0]?.inputs).toBe('{"k":1}');
    expect(decided?.task).toEqual({ state: 'in_progress' });
  });

  it('runs it again: a running descendant is stopped, a pending one left', () => {
    const steps: StepState[] = ['complete', 'in_progress', 'pending', 'complete'];
    expect(moves(decide({ verb: 'rerun', step: 'a' }, { steps }))).toEqual([
      ...['a: complete > ready *', 'b: in_progress > pending *'],
    ]);
  });

  it('is not run again before its parents are done', () => {
    expect(() =>
      decide({ verb: 'rerun', step: 'c' }, { steps: ['complete', 'error', 'cancelled', 'complete'] }),
    ).toThrow(expect.objectContaining({ hint: 'It needs b, which is not done: rerun from there.' }));
  });

  it('is retried with a fresh budget, cancelled, or given a result', () => {
    expect(moves(decide({ verb: 'retry_step', step: 'b' }, at('error')))).toEqual(['b: error > ready *']);
    expect(moves(decide({ verb: 'cancel_step', step: 'b' }, at('in_progress')))).toEqual([
      'b: in_progress > cancelled',
    ]);
    const resolved = decide(
      { verb: 'resolve_step', step: 'b', result: { paid: 1 } },
      { ...at('error'), state: 'error' },
    );
    expect(resolved?.moves[0]).toMatchObject({ to: 'resolved_manually', result: '{"paid":1}', again: false });
    expect(resolved?.task).toEqual({ state: 'in_progress' });
    expect(decide({ verb: 'resolve_step', step: 'b' }, at('error'))?.moves[0]?.result).toBe('null');
  });

  it('is skipped when its template allows it, or by force', () => {
    expect(moves(decide({ verb: 'skip_step', step: 'b' }, at('ready')))).toEqual(['b: ready > skipped']);
    const steps: StepState[] = ['ready', 'pending', 'pending', 'ready'];
    expect(() => decide({ verb: 'skip_step', step: 'a' }, { steps })).toThrow(
      expect.objectContaining({ code: 'TSK_STATE_REFUSED', hint: expect.stringContaining('force') }),
    );
    expect(moves(decide({ verb: 'skip_step', step: 'a', force: true }, { steps }))).toEqual(['a: ready > skipped']);
  });

  it('gets other inputs, or its own back, without moving, and the task stays ended', () => {
    const decided = decide({ verb: 'edit_inputs', step: 'b', inputs: null }, { ...at('error'), state: 'error' });
    expect(decided).toEqual({
      moves: [{ position: 1, from: 'error', to: 'error', again: false, result: null, inputs: 'null' }],
      task: {},
    });
  });

  it('is there already: nothing changes, except when it is run again', () => {
    expect(decide({ verb: 'cancel_step', step: 'b' }, at('cancelled'))).toBeNull();
    expect(decide({ verb: 'skip_step', step: 'b' }, at('skipped'))).toBeNull();
    expect(decide({ verb: 'retry_step', step: 'b' }, at('ready'))).toBeNull();
    expect(() => decide({ verb: 'rerun', step: 'b' }, at('ready'))).toThrow(
      expect.objectContaining({ code: 'TSK_STATE_REFUSED' }),
    );
  });

  it('is refused, and told what is possible', () => {
    expect(() => decide({ verb: 'resolve_step', step: 'b' }, at('complete'))).toThrow(
      expect.objectContaining({
        hint: 'Possible on the step now: rerun.',
        data: {
          ...{ taskId: '7', step: 'b', state: 'complete', taskState: 'in_progress' },
          ...{ verb: 'resolve_step', legal: ['rerun'] },
        },
      }),
    );
    expect(() => decide({ verb: 'rerun', step: 'b' }, { ...at('complete'), state: 'cancelled' })).toThrow(
      expect.objectContaining({ hint: 'Possible on the step now: nothing.' }),
    );
  });

  it('must be in the template', () => {
    expect(() => decide({ verb: 'rerun', step: 'bb' })).toThrow(
      expect.objectContaining({ code: 'TSK_STEP_NOT_FOUND', data: { step: 'bb', steps: ['a', 'b', 'c', 'x'] } }),
    );
  });
});

describe('a step that the task does not have', () => {
  const answerOf = (name: string, names: readonly string[]): unknown => {
    const lanes = names.map(() => 1);
    const definition = normaliseTemplate({ name: 't', steps: names.map((one) => ({ name: one, handler: 'h' })) });
    const known = compilePlan(definition, { templateId: 1, revision: 1, lanes });
    try {
      return decideAct(known, STANDING, { verb: 'retry_step', step: name });
    } catch (error) {
      return error;
    }
  };

  it('is answered with the nearest name, and with the names there are', () => {
    expect(answerOf('chrage', ['charge', 'ship'])).toMatchObject({
      code: 'TSK_STEP_NOT_FOUND',
      hint: 'Did you mean "charge"?',
      data: { step: 'chrage', steps: ['charge', 'ship'] },
    });
  });

  it('is answered with no name that is not near, and with a hundred at most', () => {
    const names = Array.from({ length: 101 }, (_, i) => `s${i}`);
    const answer = answerOf('something else', names);
    expect(answer).toMatchObject({ data: { steps: names.slice(0, 100) } });
    expect(answer).toHaveProperty('hint', new TaskerError('TSK_STEP_NOT_FOUND', '').hint);
  });
});
