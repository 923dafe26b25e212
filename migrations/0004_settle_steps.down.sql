drop function tasker.settle_steps_v1(int, boolean, bigint[], smallint[], smallint[], smallint[], smallint[], text[], text[],
  bigint[], smallint[], int[], int[], smallint[], int[], bigint[], smallint[], int[], int[], smallint[], boolean[],
  bigint[], smallint[], int[], int[], smallint[], boolean[], smallint[], smallint[], boolean[], bigint[], bigint[], int[]);
