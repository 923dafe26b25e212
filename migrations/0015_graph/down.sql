drop function tasker.settle_graph_v1(int[], boolean,
  int[], bigint[], smallint[], int[], smallint[], smallint[], text[], text[], boolean[], text[],
  bigint[], smallint[], int[], int[], smallint[], bigint[],
  bigint[], smallint[], int[], int[], smallint[], int[],
  bigint[], smallint[], int[], int[], smallint[], int[], smallint[], smallint[], boolean[], smallint[], smallint[],
  bigint[], smallint[], boolean[], text[],
  bigint[], bigint[], int[], jsonb);
drop function tasker.queue_joins_v1(
  bigint[], smallint[], bigint[], smallint[], int[], int[], smallint[], timestamptz);
drop function tasker.decide_joins_v1(
  bigint[], smallint[], bigint[], smallint[], int[], int[], smallint[], bigint[], boolean, int, timestamptz,
  bigint[], smallint[], smallint[], bigint[], smallint[]);
drop function tasker.meet_graph_joins_v1(
  bigint[], smallint[], int[], int[], smallint[], smallint[], boolean[], smallint[], bigint[], bigint[], boolean,
  timestamptz);
drop function tasker.skip_steps_v1(bigint[], smallint[], boolean[], text[], bigint[], timestamptz);
drop function tasker.record_graph_outcomes_v1(
  int[], bigint[], smallint[], int[], smallint[], smallint[], text[], text[], boolean[], text[], timestamptz);
