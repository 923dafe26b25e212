import {
  isStepOpen,
  legalStepVerbs,
  legalTaskVerbs,
  OPERATOR_VERBS,
  satisfiesDependents,
  shownState,
  STEP_STATES,
  STEP_TRANSITIONS,
  STEP_VERBS,
  TASK_STATES,
  TASK_TRANSITIONS,
  TASK_VERBS,
  type OperatorCommand,
  type OperatorVerb,
  type StepState,
  type StepVerb,
  type TaskState,
  type TaskVerb,
} from '@tasker/core';
import { moved, STEP_MOVERS, TASK_MOVERS } from './support/movers';
import { stagedStore } from './support/staged-store';

const staged = stagedStore();

/** Each verb on the step `child`, with what it needs to be complete. */
const COMMANDS: Record<OperatorVerb, OperatorCommand> = {
  cancel: { verb: 'cancel' },
  retry: { verb: 'retry' },
  resolve: { verb: 'resolve' },
  pause: { verb: 'pause' },
  resume: { verb: 'resume' },
  edit: { verb: 'edit', tags: ['seen'] },
  set_priority: { verb: 'set_priority', priority: 3 },
  rerun: { verb: 'rerun', step: 'child' },
  retry_step: { verb: 'retry_step', step: 'child' },
  set_attempts: { verb: 'set_attempts', step: 'child', attempts: 5 },
  cancel_step: { verb: 'cancel_step', step: 'child' },
  skip_step: { verb: 'skip_step', step: 'child', force: true },
  resolve_step: { verb: 'resolve_step', step: 'child', result: 1 },
  edit_inputs: { verb: 'edit_inputs', step: 'child', inputs: { a: 1 } },
};

type Answer =
  | { readonly kind: 'refused'; readonly legal: readonly string[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'moved'; readonly task: TaskState; readonly step: StepState };

const UNENDED: readonly StepState[] = STEP_STATES.filter(isStepOpen);

/** Its parent is done, unless it still waits for it. */
const parentOf = (step: StepState): StepState => (step === 'pending' ? 'ready' : 'complete');

/** What the rules say of a verb. */
function answer(verb: OperatorVerb, task: TaskState, step: StepState, hold: boolean): Answer {
  return verb in STEP_VERBS ? stepAnswer(verb as StepVerb, task, step) : taskAnswer(verb as TaskVerb, task, step, hold);
}

function stepAnswer(verb: StepVerb, task: TaskState, step: StepState): Answer {
  const rule = STEP_VERBS[verb];
  if (rule.to === shownState(step) && verb !== 'rerun') return { kind: 'unchanged' };
  if (!rule.task.includes(task) || !rule.from.includes(step)) {
    return { kind: 'refused', legal: legalStepVerbs(task, step) };
  }
  const reopened = rule.to !== null && ['error', 'complete'].includes(task) ? 'in_progress' : task;
  const to = rule.to ?? step;
  return { kind: 'moved', task: isLive(task) ? task : counted(reopened, parentOf(step), to), step: to };
}

function taskAnswer(verb: TaskVerb, task: TaskState, step: StepState, hold: boolean): Answer {
  const rule = TASK_VERBS[verb];
  // A handler that was allowed to finish is stopped by a cancel that does not allow it.
  if (verb === 'cancel' && task === 'cancelled' && step === 'in_progress')
    return { kind: 'moved', task, step: 'cancelled' };
  if (rule.to === task && verb !== 'retry') return { kind: 'unchanged' };
  const again = step === 'error' || step === 'waiting_for_retry';
  const legal = rule.from.includes(task) && !(verb === 'retry' && task === 'error' && !again);
  if (!legal) return { kind: 'refused', legal: legalTaskVerbs(task, hold) };
  if (isSo(verb, hold, again)) return { kind: 'unchanged' };
  if (rule.to === null) return { kind: 'moved', task, step };
  if (verb === 'retry') return { kind: 'moved', task: 'in_progress', step: 'ready' };
  return { kind: 'moved', task: rule.to, step: UNENDED.includes(step) ? 'cancelled' : step };
}

const isSo = (verb: TaskVerb, hold: boolean, again: boolean): boolean =>
  (verb === 'pause' && hold) || (verb === 'resume' && !hold) || (verb === 'retry' && !again);

/** Another step of it runs. */
const isLive = (task: TaskState): boolean => task === 'pending' || task === 'in_progress';

/** A task that was reopened ends again when nothing of it can move. */
function counted(task: TaskState, parent: StepState, step: StepState): TaskState {
  if (!isLive(task) || parent !== 'complete') return task;
  if (satisfiesDependents(step)) return 'complete';
  return step === 'error' || step === 'cancelled' ? 'error' : task;
}

const cases = OPERATOR_VERBS.flatMap((verb) => TASK_STATES.map((task) => [verb, task] as const));

describe.each([false, true])('every verb in every state, paused: %s', (hold) => {
  it.each(cases)('%s of a task that is %s, whatever its step is', async (verb, task) => {
    for (const step of STEP_STATES) {
      await staged.taskIn(task, staged.forkPlan);
      await staged.stepIn(parentOf(step), 0);
      await staged.stepIn(step, 1, 1);
      await staged.stepIn(isLive(task) ? 'in_progress' : 'complete', 2);
      if (hold) await staged.rows.query('update tasker.tasks set hold = true where id = $1', [staged.taskId]);
      const expected = answer(verb, task, step, hold);
      expect({ step, ...(await given(COMMANDS[verb])) }).toEqual({
        step,
        kind: expected.kind,
        legal: legalOf(expected),
      });
      const stands = expected.kind === 'moved' ? expected : { task, step };
      expect({ before: step, task: await staged.rows.taskState(staged.taskId), step: await staged.stateOf(1) }).toEqual(
        { before: step, task: stands.task, step: stands.step },
      );
      const trace = [expect.objectContaining({ actor: 'ann', verb })];
      expect(await actsOn(staged.taskId)).toEqual(expected.kind === 'moved' ? trace : []);
    }
  });
});

/** What the operator hears. */
const given = (command: OperatorCommand): Promise<{ kind: string; legal: unknown }> =>
  staged.operators.act(staged.taskId, command, { actor: 'ann' }).then(
    ({ receipt }) => ({ kind: receipt.changed ? 'moved' : 'unchanged', legal: undefined }),
    ({ code, data }: { code?: string; data?: { legal?: unknown } }) => ({
      kind: code === 'TSK_STATE_REFUSED' ? 'refused' : String(code),
      legal: data?.legal,
    }),
  );

const legalOf = (expected: Answer): unknown => (expected.kind === 'refused' ? expected.legal : undefined);

/** Acts that the history knows, of the task and its steps, one per verb. */
const actsOn = (taskId: string): Promise<object[]> =>
  staged.rows.query(
    `select distinct actor, metadata->>'verb' as verb
       from (select actor, metadata from tasker.task_history where task_id = $1
             union all select actor, metadata from tasker.step_history where task_id = $1) h where actor is not null`,
    [taskId],
  );

describe('the moves that belong to operators', () => {
  it('of a step are those its verbs make, and those of the steps after one that runs again', () => {
    const made = new Set(
      Object.values(STEP_VERBS).flatMap(({ from, to }) => from.map((state) => `${state} > ${to ?? state}`)),
    );
    for (const state of STEP_STATES) made.add(`${state} > pending`);
    // Without an attempt: a task is paused, and what runs is given back. Settlements make this move, too.
    made.add('in_progress > ready');
    for (const [from, to] of moved(STEP_MOVERS, 'operator')) expect([...made]).toContain(`${from} > ${to}`);
    const possible = [...made].map((move) => move.split(' > ') as [StepState, StepState]);
    expect(possible.filter(([from, to]) => from !== to && !STEP_TRANSITIONS[from].includes(to))).toEqual([]);
  });

  it('of a task are those its verbs make, and that of a step verb that reopens it', () => {
    const made = new Set(
      Object.values(TASK_VERBS).flatMap(({ from, to }) => from.map((state) => `${state} > ${to ?? state}`)),
    );
    made.add('complete > in_progress');
    for (const [from, to] of moved(TASK_MOVERS, 'operator')) expect([...made]).toContain(`${from} > ${to}`);
    const possible = [...made].map((move) => move.split(' > ') as [TaskState, TaskState]);
    expect(possible.filter(([from, to]) => from !== to && !TASK_TRANSITIONS[from].includes(to))).toEqual([]);
  });
});

describe('what comes after a step that runs again', () => {
  it.each(STEP_STATES)('waits for it anew, also when it is %s', async (child) => {
    await staged.taskIn('in_progress');
    await staged.stepIn('complete');
    await staged.stepIn(child, 1, 1);
    await staged.operators.act(staged.taskId, { verb: 'rerun', step: 'parent' }, { actor: 'ann' });
    expect(await staged.rows.stepStates(staged.taskId)).toEqual({ 0: 'ready', 1: 'pending' });
  });

  it('is freed by whatever satisfies it', async () => {
    for (const verb of ['skip_step', 'resolve_step'] as const) {
      await staged.taskIn('in_progress');
      await staged.stepIn('error');
      await staged.operators.act(
        staged.taskId,
        { verb, step: 'parent', ...(verb === 'skip_step' && { force: true }) },
        { actor: 'ann' },
      );
      expect(satisfiesDependents((await staged.stateOf()) ?? 'pending')).toBe(true);
      expect(await staged.stateOf(1)).toBe('ready');
    }
  });
});
