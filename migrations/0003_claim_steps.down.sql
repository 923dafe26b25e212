drop function tasker.promote_delayed_v1(int);
drop function tasker.claim_steps_v1(int, int[], bigint[], int);
