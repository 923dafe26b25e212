drop function tasker.promote_delayed_v1(int);
drop function tasker.claim_steps_v1(int, int[], bigint[], int);
drop function tasker.park_steps_v1(
  bigint[], smallint[], int[], int[], smallint[], boolean[], timestamptz[], bigint[], boolean[]);
