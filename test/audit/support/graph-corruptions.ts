import type { Corruption } from './corruption';

/** For every rule about branches and waits. */
export const graphCorruptions: Corruption[] = [
  [
    'ran_counts_parents_that_ran',
    'forked',
    'd',
    'update tasker.steps set ran = 1 where task_id = :id and position = 3',
  ],
  [
    'left_out_for_a_reason',
    'forked',
    'c',
    'update tasker.step_history set metadata = null where task_id = :id and position = 2',
  ],
  [
    'left_out_for_a_reason',
    'forked',
    'c',
    `update tasker.step_history set metadata = '{"skip": {"reason": "no_branch_taken"}}' where task_id = :id and position = 2`,
  ],
  [
    'left_out_for_a_reason',
    'forked',
    'e',
    `update tasker.step_history set metadata = '{"skip": {"reason": "condition"}}' where task_id = :id and position = 4`,
  ],
  [
    'runs_only_where_a_branch_came',
    'forked',
    'e',
    'update tasker.steps set state = tasker.step_complete() where task_id = :id and position = 4',
  ],
  [
    'only_branches_leave_out',
    'done',
    'f',
    'update tasker.steps set state = tasker.step_not_taken() where task_id = :id and position = 5',
  ],
  [
    'lanes_have_the_level_of_their_template',
    'done',
    'a',
    `update tasker.lanes set level = 2 where id = (select m.lane_id from tasker.step_templates m join tasker.tasks t on t.template_id = m.template_id where t.id = :id and m.position = 0)`,
  ],
  [
    'waiting_step_has_a_wait',
    'running',
    'a',
    'update tasker.steps set state = tasker.step_waiting() where task_id = :id and position = 0',
  ],
  [
    'woken_step_is_queued',
    'running',
    'a',
    `update tasker.steps set state = tasker.step_waiting() where task_id = :id and position = 0;
     insert into tasker.step_waits (task_id, opened_at, woken_at, generation, template_id, lane_id, position, kind, woken_by)
     values (:id, now(), now(), 0, 0, 0, 0, 'sleep', 'time')`,
  ],
];
