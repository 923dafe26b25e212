-- Claims do not wait for the disk, so a crash of the server, or a failover, may forget the last of them while their
-- handlers run. It empties this table, too, because it is unlogged. Nothing is claimed until every live worker has
-- compared its steps with the rows and is here again; then 0 is here. A clean restart forgets nothing and empties
-- nothing. See tasker.resume_claims_v1.
create unlogged table tasker.sure_workers (
  worker_id int primary key
);
insert into tasker.sure_workers (worker_id) values (0);
