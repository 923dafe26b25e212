drop function tasker.drop_history_partition_v1();
drop function tasker.prune_tasks_v1(text, bigint, text, int[], int[], bigint, bigint, int, int);
drop function tasker.prune_due_v1(bigint[], int[], interval, interval, int, timestamptz);
drop function tasker.prune_batch_v1(text, int[], interval, int, int, bigint, timestamptz);
drop function tasker.delete_tasks_v1(bigint[], bigint[]);
drop function tasker.task_document_v1(bigint);
drop table tasker.archived_tasks, tasker.retention_stragglers, tasker.retention_progress, tasker.retention_sweeps;
