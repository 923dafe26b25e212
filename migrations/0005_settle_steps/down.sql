drop function tasker.settle_steps_v1(int, boolean,
  bigint[], smallint[], int[], int[], smallint[], text[], text[],
  bigint[], smallint[], int[], int[], smallint[], bigint[],
  bigint[], smallint[], int[], int[], smallint[], boolean[],
  bigint[], smallint[], int[], int[], smallint[], boolean[], smallint[], smallint[], boolean[],
  bigint[], bigint[], int[]);
