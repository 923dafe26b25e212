drop table tasker.bulk_operations;
