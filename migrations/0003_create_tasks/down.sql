drop function tasker.create_tasks_v1(json, int[], smallint[], int[], boolean[], int);
