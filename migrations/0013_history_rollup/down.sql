drop function tasker.history_pieces_v1(timestamptz, timestamptz);
drop function tasker.roll_up_history_v1(int);
drop function tasker.roll_up_day_v1(timestamptz);
drop function tasker.history_counts_v1(timestamptz, timestamptz);
drop function tasker.bucket_ms_v1(smallint);
drop function tasker.duration_bucket_v1(float8);
drop table tasker.rollup_progress;
drop table tasker.history_rollup_days;
drop table tasker.history_rollup;
