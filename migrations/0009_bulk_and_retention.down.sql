alter table tasker.steps reset (autovacuum_vacuum_scale_factor);
alter table tasker.tasks reset (autovacuum_vacuum_scale_factor);
drop function tasker.drop_history_partition_v1();
drop function tasker.prune_tasks_v1(text, int, text, int[], int[], bigint, bigint, int, int);
drop function tasker.delete_tasks_v1(bigint[], bigint[]);
drop function tasker.task_document_v1(bigint);
drop table tasker.archived_tasks, tasker.retention_stragglers, tasker.retention_progress, tasker.retention_sweeps, tasker.bulk_operations;
