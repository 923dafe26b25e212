drop function tasker.critical_path_v1(bigint);
drop function tasker.dependency_levels_v1(bigint);
drop function tasker.template_levels_v1(int);
drop function tasker.execution_context_v1(bigint);
drop function tasker.step_readiness_v1(bigint);
drop function tasker.step_standings_v1(bigint);
drop function tasker.live_floor_v1();
