drop function tasker.create_tasks_v1(
  int[], smallint[], text[], text[], text[], text[], text[], text[], text[], text[], text[], boolean[],
  int[], smallint[], int[], boolean[], boolean[], int[], text[], text[], float8[], int);
drop function tasker.add_attributes_v1(bigint[], int[], text[], text[], float8[]);
drop function tasker.known_ids_v1(bigint[], int[], text[]);
drop function tasker.assert_may_begin_v1(int, int[], int[], smallint[], boolean[]);
drop function tasker.task_rows_v1(
  bigint[], timestamptz, int[], smallint[], text[], text[], text[], text[], text[], text[], text[], text[], text[],
  boolean[]);
