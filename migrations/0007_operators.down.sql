drop function tasker.unpark_steps_v1();
drop function tasker.requeue_v1(bigint[], smallint[]);
drop function tasker.operate_apply_v1(text, text, jsonb, bigint[], smallint[], smallint[], text[], text[], boolean[]);
drop function tasker.operate_lock_v1(bigint[], boolean);
drop function tasker.recount_v1(bigint[], int, timestamptz);
drop function tasker.count_waiting_v1(bigint[]);
