drop table tasker.api_keys;
