drop function tasker.settle_steps_v1(int[], boolean,
  int[], bigint[], smallint[], int[], smallint[], smallint[], text[], text[],
  bigint[], smallint[], int[], int[], smallint[], bigint[],
  bigint[], smallint[], int[], int[], smallint[], int[],
  bigint[], smallint[], int[], int[], smallint[], int[], smallint[], smallint[], boolean[],
  bigint[], bigint[], int[]);
drop function tasker.settle_touched_v1(
  boolean, bigint[], bigint[], int, timestamptz, bigint[], smallint[], int, bigint[], smallint[]);
drop function tasker.end_tasks_v1(
  bigint[], bigint[], bigint[], bigint[], int[], bigint[], bigint[], int[], timestamptz);
drop function tasker.move_tasks_v1(bigint[], smallint[], int[], timestamptz);
drop function tasker.failed_tasks_v1(bigint[], bigint[], int[]);
drop function tasker.meet_joins_v1(
  bigint[], smallint[], int[], int[], smallint[], int[], smallint[], smallint[], boolean[], bigint[], bigint[], boolean,
  timestamptz);
drop function tasker.withhold_next_v1(bigint[], smallint[], int[], int[], bigint[], bigint[]);
drop function tasker.start_next_v1(
  bigint[], smallint[], int[], int[], smallint[], int[], bigint[], timestamptz);
drop function tasker.queue_reruns_v1(
  bigint[], smallint[], int[], int[], smallint[], bigint[], bigint[], timestamptz);
drop function tasker.touched_tasks_v1(bigint[]);
drop function tasker.refuse_stale_v1(int[], bigint[], smallint[], int[], timestamptz);
drop function tasker.record_ends_v1(int[], bigint[], smallint[], int[], smallint[], text[], timestamptz);
drop function tasker.record_outcomes_v1(
  int[], bigint[], smallint[], int[], smallint[], smallint[], text[], text[], timestamptz);
drop function tasker.refuse_lost_v1(int[], int[], int[]);
