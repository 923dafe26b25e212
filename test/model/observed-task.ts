import { stepStateOf, type StepState, type TaskState } from '@tasker/core';
import type { EngineRows } from '../support/engine-rows';
import type { ExpectedStep, ExpectedTask } from './reference-scheduler';

/** What the database says became of tasks, by id, in the form of the reference. */
export async function observedTasks(rows: EngineRows, taskIds: readonly string[]): Promise<Map<string, ExpectedTask>> {
  const states = await rows.query<{ id: string; state: TaskState }>(
    'select task_id as id, state from tasker.task_list where task_id = any ($1)',
    [taskIds],
  );
  const histories = await historiesOf(rows, taskIds);
  const runs = await runsOf(rows, taskIds);
  const steps = new Map(states.map(({ id }) => [id, new Map<string, ExpectedStep>()]));
  for (const row of await stepsOf(rows, taskIds)) {
    const { blocked, result } = row;
    const at = `${row.id}/${row.position}`;
    const left = LEFT.find((reason) => reason === row.reason) ?? null;
    const state = left === null ? row.state : 'not_taken';
    steps.get(row.id)?.set(row.name, {
      ...{ state, left, attempts: runs.get(at) ?? 0, blocked, result, history: histories.get(at) ?? [] },
    });
  }
  return new Map(states.map(({ id, state }) => [id, { state, steps: steps.get(id) ?? new Map() }]));
}

const LEFT = ['condition', 'not_chosen', 'no_branch_taken'] as const;

interface StepRow {
  id: string;
  name: string;
  position: number;
  state: StepState;
  reason: string | null;
  blocked: boolean;
  result: unknown;
}

const stepsOf = (rows: EngineRows, taskIds: readonly string[]): Promise<StepRow[]> =>
  rows.query<StepRow>(
    `select task_id as id, name, position, state, skip_reason as reason, blocked, result
       from tasker.task_steps where task_id = any ($1)`,
    [taskIds],
  );

/**
 * Attempts that came to something, by task and position. That the engine has left a step out, made it wait, or found its
 * condition true and put it into the lane of its handler, is none: who does what in one attempt is a matter of who has room.
 */
const RAN = `h.from_state = tasker.step_in_progress()
  and h.to_state not in (tasker.step_not_taken(), tasker.step_waiting())
  and not (h.to_state = tasker.step_ready() and h.error is null and h.actor is null)`;

async function runsOf(rows: EngineRows, taskIds: readonly string[]): Promise<Map<string, number>> {
  const found = await rows.query<{ key: string; runs: number }>(
    `select task_id || '/' || position as key, count(*)::int as runs
       from tasker.step_history h where task_id = any ($1) and ${RAN} group by task_id, position`,
    [taskIds],
  );
  return new Map(found.map(({ key, runs }) => [key, runs]));
}

async function historiesOf(rows: EngineRows, taskIds: readonly string[]): Promise<Map<string, string[]>> {
  const found = await rows.query<{ key: string; to: number[]; kinds: string[] }>(
    `select task_id || '/' || position as key, array_agg(to_state order by at) as to,
            array_agg(coalesce(error->>'kind', '') order by at) as kinds
       from tasker.step_history h
      where task_id = any ($1)
        and (${RAN} or h.from_state <> tasker.step_in_progress() or h.to_state = tasker.step_not_taken())
      group by task_id, position`,
    [taskIds],
  );
  return new Map(
    found.map(({ key, to, kinds }) => [key, to.map((code, n) => `${stepStateOf(code)}:${kinds[n] ?? ''}`)]),
  );
}

/** Every difference in words; none when the task is as it must be. */
export function differences(key: string, expected: ExpectedTask, observed: ExpectedTask | undefined): string[] {
  if (!observed) return [`${key}: there is no such task`];
  const found = expected.state === observed.state ? [] : [`${key}: is ${observed.state}, not ${expected.state}`];
  for (const [name, step] of expected.steps) {
    const [is, must] = [inWords(observed.steps.get(name)), inWords(step)];
    if (is !== must) found.push(`${key} ${name}: is ${is}, not ${must}`);
  }
  return found;
}

const inWords = (step: ExpectedStep | undefined): string =>
  step
    ? `${step.state}${step.left === null ? '' : ` (${step.left})`}${step.blocked ? ' (blocked)' : ''} [${step.history.join(', ')}] ${step.attempts} ${JSON.stringify(step.result)}`
    : '';
