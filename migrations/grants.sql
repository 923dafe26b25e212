-- Roles for a schema that somebody else has migrated. Run it as the role that migrates, which must be allowed to create
-- roles, after the first migration and after every upgrade; it may be run any number of times. For a schema of another
-- name, replace the word tasker before a dot. docs/14-security.md says what each role is for.
--
-- tasker_app      the application: data of every table, and nothing that changes the schema
-- tasker_read     whoever looks at all namespaces: the public views, and no table
-- tasker_tenants  whoever looks at some: the views of the schema tasker_tenant, and there only the rows of namespaces
--                 whose role it has. A namespace has a role when somebody makes one:
--                   create role tasker_ns_billing nologin in role tasker_tenants;
--                   grant tasker_ns_billing to ann;
do $$
declare
  v_role text;
begin
  foreach v_role in array array['tasker_app', 'tasker_read', 'tasker_tenants'] loop
    if not exists (select from pg_roles r where r.rolname = v_role) then
      execute format('create role %I nologin', v_role);
    end if;
  end loop;
end $$;

grant usage on schema tasker to tasker_app, tasker_read;
grant select, insert, update, delete on all tables in schema tasker to tasker_app;
-- To advance them after a failover, too: no id is given out twice.
grant usage, update on all sequences in schema tasker to tasker_app;
alter default privileges in schema tasker grant select, insert, update, delete on tables to tasker_app;
alter default privileges in schema tasker grant usage, update on sequences to tasker_app;
-- What has been applied is for whoever migrates to say.
revoke insert, update, delete on tasker.tasker_migrations from tasker_app;

grant select on tasker.task_list, tasker.task_steps, tasker.task_transitions, tasker.step_transitions,
  tasker.live_workers to tasker_read;

-- Views with a barrier and not policies on the tables: those would be looked at by every statement of the engine. No
-- condition of a reader is evaluated on a row before the row is known to be the reader's.
drop schema if exists tasker_tenant cascade;
create schema tasker_tenant;

-- Temporary tables of the reader come last, or he would put his own in the place of the catalogue.
create function tasker_tenant.namespaces() returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(substr(r.rolname, 11)), '{}')
    from pg_catalog.pg_roles r
   where r.rolname like 'tasker\_ns\_%' and pg_has_role(current_user, r.oid, 'usage')
$$;

create view tasker_tenant.task_list with (security_barrier) as
select v.* from tasker.task_list v
 where v.namespace = any (array(select unnest(tasker_tenant.namespaces())));

create view tasker_tenant.task_steps with (security_barrier) as
select v.* from tasker.task_steps v
 where exists (select from tasker_tenant.task_list t where t.task_id = v.task_id);

create view tasker_tenant.task_transitions with (security_barrier) as
select v.* from tasker.task_transitions v
 where exists (select from tasker_tenant.task_list t where t.task_id = v.task_id);

create view tasker_tenant.step_transitions with (security_barrier) as
select v.* from tasker.step_transitions v
 where exists (select from tasker_tenant.task_list t where t.task_id = v.task_id);

-- To find the functions that the views are made of; of the tables it allows nothing.
grant usage on schema tasker to tasker_tenants;
grant usage on schema tasker_tenant to tasker_tenants;
grant select on all tables in schema tasker_tenant to tasker_tenants;
