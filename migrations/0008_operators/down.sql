drop function tasker.unpark_steps_v1();
drop function tasker.requeue_v1(bigint[], smallint[]);
drop function tasker.operate_apply_v1(text, text, jsonb, bigint[], smallint[], smallint[], text[], text[], boolean[]);
drop function tasker.operate_queue_v1(
  bigint[], timestamptz, bigint[], smallint[], smallint[], text[], boolean[]);
drop function tasker.operate_tasks_v1(text, text, jsonb, timestamptz, bigint[], bigint[]);
drop function tasker.operate_steps_v1(
  text, text, jsonb, timestamptz, bigint[], smallint[], smallint[], text[], text[], boolean[]);
drop function tasker.operate_lock_v1(bigint[], boolean);
drop function tasker.operate_exact_v1(bigint[]);
drop function tasker.operate_fill_v1(bigint[]);
drop function tasker.recount_v1(bigint[], int, timestamptz);
drop function tasker.recount_branches_v1(bigint[], timestamptz);
drop function tasker.recount_ends_v1(bigint[], int, timestamptz);
drop function tasker.recount_free_v1(bigint[], timestamptz);
drop function tasker.recount_close_v1(bigint[], timestamptz);
drop function tasker.left_out_v1(bigint, int);
drop function tasker.count_waiting_v1(bigint[]);
