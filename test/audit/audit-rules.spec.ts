import { migrations } from '@tasker/migrations';
import { arrangeAll, type Scenario } from './support/scenarios';
import { Workbench, type TaskOnBench } from './support/workbench';

/** What to break, in which task, and the step the auditor must name: a letter of the graph, `end`, or the task itself. */
type Corruption = [rule: string, scenario: Scenario, step: string, sql: string];

const QUEUE = 'insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)';
const DELAYED = 'insert into tasker.delayed_steps (run_at, task_id, template_id, lane_id, rank, position)';
const PARKED = 'insert into tasker.parked_steps (task_id, position, template_id, lane_id, rank, fresh, ready_at)';
const HISTORY = 'insert into tasker.step_history (task_id, at, worker_id, position, attempt, from_state, to_state)';
const lane = (position: number) =>
  `(select m.lane_id from tasker.step_templates m join tasker.tasks t on t.template_id = m.template_id where t.id = :id and m.position = ${position})`;
const template = '(select template_id from tasker.tasks where id = :id)';

const corruptions: Corruption[] = [
  [
    'met_counts_satisfied_parents',
    'middle',
    'd',
    'update tasker.steps set met = 2 where task_id = :id and position = 3',
  ],
  ['met_counts_satisfied_parents', 'middle', 'd', 'delete from tasker.steps where task_id = :id and position = 3'],
  [
    'met_counts_satisfied_parents',
    'middle',
    'd',
    'update tasker.steps set need = 1 where task_id = :id and position = 3',
  ],
  [
    'met_counts_satisfied_parents',
    'done',
    'b',
    'update tasker.steps set need = 1 where task_id = :id and position = 1',
  ],
  [
    'end_counts_satisfied_sinks',
    'done',
    'end',
    'update tasker.steps set met = 1 where task_id = :id and position = -1',
  ],
  ['end_counts_satisfied_sinks', 'done', 'end', 'delete from tasker.steps where task_id = :id and position = -1'],
  ['ready_step_queued_once', 'lost', 'a', 'delete from tasker.queue where task_id = :id'],
  ['ready_step_queued_once', 'lost', 'a', `${QUEUE} values (${lane(0)}, 0, :id, ${template}, 0, false, now())`],
  ['ready_step_queued_once', 'fresh', 'a', 'delete from tasker.queue where task_id = :id'],
  ['ready_step_queued_once', 'fresh', 'a', `${QUEUE} values (${lane(0)}, 0, :id, ${template}, 0, true, now())`],
  ['ready_step_queued_once', 'middle', 'c', 'delete from tasker.queue where task_id = :id and position = 2'],
  ['queue_entry_has_step', 'done', 'a', `${QUEUE} values (${lane(0)}, 0, :id, ${template}, 0, false, now())`],
  ['queue_entry_has_step', 'middle', 'e', `${QUEUE} values (${lane(4)}, 0, :id, ${template}, 4, true, now())`],
  ['queue_entry_has_step', 'fresh', 'a', 'update tasker.queue set fresh = false where task_id = :id'],
  ['queue_entry_has_step', 'lost', 'a', 'update tasker.queue set fresh = true where task_id = :id'],
  ['queue_entry_has_step', 'fresh', 'a', `update tasker.queue set lane_id = ${lane(1)} where task_id = :id`],
  ['queue_entry_has_step', 'fresh', 'a', 'update tasker.queue set template_id = 0 where task_id = :id'],
  ['queue_entry_has_step', 'done', 'g', `${QUEUE} values (${lane(0)}, 0, :id, ${template}, 6, true, now())`],
  ['waiting_step_delayed_once', 'waiting', 'a', 'delete from tasker.delayed_steps where task_id = :id'],
  ['waiting_step_delayed_once', 'waiting', 'a', `${DELAYED} values (now(), :id, ${template}, ${lane(0)}, 0, 0)`],
  ['waiting_step_delayed_once', 'done', 'a', `${DELAYED} values (now(), :id, ${template}, ${lane(0)}, 0, 0)`],
  ['waiting_step_delayed_once', 'fresh', 'a', `${DELAYED} values (now(), :id, ${template}, ${lane(0)}, 0, 0)`],
  ['running_step_has_worker', 'running', 'a', 'delete from tasker.workers'],
  ['running_step_has_worker', 'running', 'a', 'update tasker.steps set worker_id = null where task_id = :id'],
  ['running_step_has_worker', 'running', 'a', 'update tasker.workers set min_task_id = :id + 1'],
  [
    'started_after_parents',
    'middle',
    'd',
    'update tasker.steps set state = tasker.step_in_progress() where task_id = :id and position = 3',
  ],
  [
    'started_after_parents',
    'done',
    'c',
    'update tasker.steps set state = tasker.step_error() where task_id = :id and position = 0',
  ],
  [
    'started_after_parents',
    'done',
    'b',
    "update tasker.steps set started_at = started_at - interval '1 hour' where task_id = :id and position = 1",
  ],
  [
    'result_only_when_satisfied',
    'failed',
    'b',
    "update tasker.steps set result = '1' where task_id = :id and position = 1",
  ],
  [
    'checkpoint_only_until_finished',
    'done',
    'a',
    "update tasker.steps set checkpoint = '1' where task_id = :id and position = 0",
  ],
  [
    'finished_at_only_when_finished',
    'done',
    'a',
    'update tasker.steps set finished_at = null where task_id = :id and position = 0',
  ],
  [
    'finished_at_only_when_finished',
    'running',
    'a',
    'update tasker.steps set finished_at = now() where task_id = :id and position = 0',
  ],
  ['finished_at_only_when_finished', 'done', 'task', 'update tasker.tasks set finished_at = null where id = :id'],
  ['finished_at_only_when_finished', 'running', 'task', 'update tasker.tasks set finished_at = now() where id = :id'],
  ['step_in_template', 'done', 'g', 'insert into tasker.steps (task_id, position, state) values (:id, 6, 0)'],
  ['step_in_template', 'done', 'a', 'delete from tasker.tasks where id = :id'],
  ['step_in_template', 'done', 'end', 'delete from tasker.tasks where id = :id'],
  [
    'blocked_has_failed_ancestor',
    'failed',
    'd',
    'update tasker.steps set blocked = false where task_id = :id and position = 3',
  ],
  ['blocked_has_failed_ancestor', 'failed', 'e', 'delete from tasker.steps where task_id = :id and position = 4'],
  [
    'blocked_has_failed_ancestor',
    'running',
    'e',
    'update tasker.steps set state = tasker.step_cancelled() where task_id = :id',
  ],
  [
    'blocked_has_failed_ancestor',
    'middle',
    'd',
    'update tasker.steps set blocked = true where task_id = :id and position = 3',
  ],
  [
    'blocked_has_failed_ancestor',
    'rerun',
    'e',
    'update tasker.steps set state = tasker.step_cancelled() where task_id = :id and position = 3',
  ],
  [
    'met_counts_satisfied_parents',
    'rerun',
    'e',
    'update tasker.steps set met = 0 where task_id = :id and position = 4; update tasker.steps set state = tasker.step_pending(), met = 1 where task_id = :id and position = 4',
  ],
  ['ready_step_queued_once', 'parked', 'a', 'delete from tasker.parked_steps where task_id = :id'],
  ['ready_step_queued_once', 'rerun', 'd', 'delete from tasker.queue where task_id = :id and position = 3'],
  ['queue_entry_has_step', 'done', 'a', `${PARKED} values (:id, 0, ${template}, ${lane(0)}, 0, false, now())`],
  ['queue_entry_has_step', 'parked', 'a', `update tasker.parked_steps set lane_id = ${lane(1)} where task_id = :id`],
  [
    'task_agrees_with_steps',
    'cut',
    'task',
    'update tasker.steps set state = tasker.step_waiting_for_retry() where task_id = :id and position = 0',
  ],
  ['task_agrees_with_steps', 'lost', 'task', 'update tasker.tasks set state = tasker.task_cancelled() where id = :id'],
  ['task_agrees_with_steps', 'ahead', 'task', 'update tasker.tasks set state = tasker.task_complete() where id = :id'],
  ['task_agrees_with_steps', 'rerun', 'task', 'update tasker.tasks set state = tasker.task_complete() where id = :id'],
  [
    'task_history_agrees',
    'rerun',
    'task',
    'update tasker.task_history set to_state = tasker.task_complete() where task_id = :id',
  ],
  [
    'started_after_parents',
    'ahead',
    'd',
    'update tasker.steps set state = tasker.step_complete() where task_id = :id and position = 3',
  ],
  ['completed_once', 'rerun', 'b', `${HISTORY} values (:id, now(), 1, 1, 3, 2, 10)`],
  [
    'completed_once',
    'rerun',
    'b',
    'delete from tasker.step_history where task_id = :id and position = 1 and from_state = tasker.step_complete()',
  ],
  [
    'attempts_are_consecutive',
    'rerun',
    'b',
    'update tasker.steps set attempt = 1 where task_id = :id and position = 1',
  ],
  [
    'history_agrees_with_step',
    'ahead',
    'd',
    'update tasker.step_history set to_state = tasker.step_resolved_manually() where task_id = :id and position = 3',
  ],
  ['task_agrees_with_steps', 'done', 'task', 'update tasker.tasks set state = tasker.task_pending() where id = :id'],
  [
    'task_agrees_with_steps',
    'done',
    'task',
    'update tasker.tasks set state = tasker.task_in_progress() where id = :id',
  ],
  ['task_agrees_with_steps', 'done', 'task', 'update tasker.tasks set state = tasker.task_error() where id = :id'],
  [
    'task_agrees_with_steps',
    'failed',
    'task',
    'update tasker.tasks set state = tasker.task_in_progress() where id = :id',
  ],
  ['task_agrees_with_steps', 'failed', 'task', 'update tasker.tasks set state = tasker.task_complete() where id = :id'],
  ['task_agrees_with_steps', 'middle', 'task', 'update tasker.tasks set state = tasker.task_pending() where id = :id'],
  [
    'task_agrees_with_steps',
    'failed',
    'task',
    'update tasker.steps set state = tasker.step_in_progress() where task_id = :id and position = 2',
  ],
  [
    'task_agrees_with_steps',
    'waiting',
    'task',
    'update tasker.tasks set state = tasker.task_resolved_manually() where id = :id',
  ],
  ['task_has_template', 'done', 'task', 'update tasker.tasks set template_id = 0 where id = :id'],
  ['task_history_agrees', 'done', 'task', 'delete from tasker.task_history where task_id = :id'],
  [
    'task_history_agrees',
    'done',
    'task',
    'update tasker.task_history set to_state = tasker.task_error() where task_id = :id',
  ],
  [
    'task_history_agrees',
    'fresh',
    'task',
    'insert into tasker.task_history (task_id, at, from_state, to_state) values (:id, now(), 1, 10)',
  ],
  ['history_agrees_with_step', 'done', 'a', 'delete from tasker.step_history where task_id = :id and position = 0'],
  [
    'history_agrees_with_step',
    'failed',
    'b',
    'update tasker.step_history set to_state = tasker.step_waiting_for_retry() where task_id = :id and position = 1',
  ],
  [
    'history_agrees_with_step',
    'waiting',
    'a',
    'update tasker.steps set state = tasker.step_ready() where task_id = :id; update tasker.step_history set to_state = tasker.step_error() where task_id = :id',
  ],
  ['history_agrees_with_step', 'middle', 'f', `${HISTORY} values (:id, now(), 1, 5, 1, 2, 10)`],
  ['history_agrees_with_step', 'middle', 'd', `${HISTORY} values (:id, now(), 1, 3, 1, 2, 10)`],
  ['completed_once', 'done', 'a', `${HISTORY} values (:id, now(), 1, 0, 2, 2, 10)`],
  ['completed_once', 'lost', 'a', `${HISTORY} values (:id, now(), 1, 0, 2, 2, 10)`],
  ['attempts_are_consecutive', 'waiting', 'a', 'update tasker.steps set attempt = 2 where task_id = :id'],
  ['attempts_are_consecutive', 'waiting', 'a', 'update tasker.step_history set attempt = 2 where task_id = :id'],
  ['attempts_are_consecutive', 'running', 'a', 'update tasker.steps set attempt = 0 where task_id = :id'],
  ['attempts_are_consecutive', 'done', 'c', `${HISTORY} values (:id, now(), 1, 2, 1, 2, 11)`],
];

const positionOf = (step: string): number | null =>
  step === 'task' ? null : step === 'end' ? -1 : 'abcdefg'.indexOf(step);

describe('the auditor', () => {
  let bench: Workbench;
  let tasks: Record<Scenario, TaskOnBench>;
  beforeAll(async () => {
    bench = await Workbench.open();
    tasks = await arrangeAll(bench);
  });
  afterAll(() => bench.close());
  afterEach(() => bench.client.query('rollback'));

  it('finds nothing wrong as long as nothing is broken', async () => {
    expect(await bench.audit()).toEqual([]);
  });

  it.each(corruptions)('names %s of the %s task at %s after: %s', async (rule, scenario, step, sql) => {
    const { id } = tasks[scenario];
    await bench.client.query('begin');
    await bench.client.query(sql.replaceAll(':id', id));
    const found = await bench.audit();
    expect(found).toContainEqual({ rule, taskId: id, position: positionOf(step), detail: expect.stringMatching(/./) });
  });

  it('is tested for every rule it has', () => {
    const text = migrations.find(({ name }) => name === 'audit')?.up ?? '';
    const rules = [...text.matchAll(/select '(\w+)',/g)].map((match) => match[1]);
    expect(new Set(corruptions.map(([rule]) => rule))).toEqual(new Set(rules));
  });
});
