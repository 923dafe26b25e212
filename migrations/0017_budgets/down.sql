drop function tasker.expire_steps_v1(bigint[], smallint[], text[]);
drop function tasker.due_timers_v1(int);
drop function tasker.shift_starts_v1(bigint[], smallint, timestamptz);
drop function tasker.arm_settled_v1(
  bigint[], smallint[], bigint[], smallint[], bigint[], smallint[], bigint[], timestamptz);
drop function tasker.arm_created_v1(bigint[], int[], timestamptz, int[], smallint[], bigint[]);
drop function tasker.arm_steps_v1(bigint[], smallint[], timestamptz);
drop table tasker.budget_timers;
drop function tasker.own_transaction_v1(text);
