drop function tasker.failure_groups_v1(timestamptz, timestamptz, int, text[], text, text);
drop function tasker.bottlenecks_v1(timestamptz, timestamptz, int, text[], text, text);
drop function tasker.slowest_tasks_v1(timestamptz, timestamptz, int, text[], text, text);
drop function tasker.slowest_steps_v1(timestamptz, timestamptz, int, text[], text, text);
drop function tasker.performance_v1(timestamptz, timestamptz, text, text[], text, text);
drop function tasker.rolled_times_v1(timestamptz, timestamptz, text, text[], text, text);
drop function tasker.measured_times_v1(timestamptz, timestamptz, text, text[], text, text);
drop function tasker.performance_places_v1(text, text[], text, text);
drop function tasker.health_counts_v1();
